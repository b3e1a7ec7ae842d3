//! A disk that is small, for the data of one server.

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, ChildStdin, Command, Stdio},
};

use crate::servers::Server;

/// Copies the data to a disk in memory, and puts that in its place.
const MOUNT: &str = r#"
    mkdir "$1/small"
    mount -t tmpfs -o size="$2"m twitclone-test "$1/small"
    cp -a "$1/data/." "$1/small/"
    mount --move "$1/small" "$1/data"
    echo mounted
    exec cat
"#;

/// Mounted where only those see it who are sent there, so there is nothing to unmount: it goes when the last of them
/// ends, and the one that stands for it ends with the test, however that ends.
pub struct SmallDisk {
    holder: Child,
    _ends_it: ChildStdin,
    data: PathBuf,
}

impl SmallDisk {
    /// For a server that has data and does not run. `None` where that is not allowed: it takes root.
    pub fn under(server: &Server, megabytes: usize) -> Option<Self> {
        let mut holder = Command::new("unshare")
            .args([
                "--mount",
                "--propagation",
                "private",
                "sh",
                "-ec",
                MOUNT,
                "sh",
            ])
            .arg(server.folder())
            .arg(megabytes.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let mut said = String::new();
        let stdout = holder.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut said).unwrap();
        let ends_it = holder.stdin.take().unwrap();
        let disk = Self {
            holder,
            _ends_it: ends_it,
            data: server.folder().join("data"),
        };
        (said.trim() == "mounted").then_some(disk)
    }

    /// The words before a command that is to see it.
    pub fn inside(&self) -> Vec<String> {
        let target = format!("--target={}", self.holder.id());
        vec![
            "nsenter".to_owned(),
            target,
            "--mount".to_owned(),
            "--".to_owned(),
        ]
    }

    /// Not a byte is left.
    pub fn fill(&self) {
        let (code, said) = self.run(&["dd", "if=/dev/zero", &self.ballast(), "bs=64k"]);
        assert!(code != Some(0) && said.contains("No space left"), "{said}");
    }

    /// What filled it is taken away.
    pub fn free(&self) {
        let ballast = self.ballast();
        let (code, said) = self.run(&["rm", ballast.trim_start_matches("of=")]);
        assert_eq!(code, Some(0), "{said}");
    }

    fn ballast(&self) -> String {
        format!("of={}", self.data.join("ballast").display())
    }

    fn run(&self, command: &[&str]) -> (Option<i32>, String) {
        let inside = self.inside();
        let output = Command::new(&inside[0])
            .args(&inside[1..])
            .args(command)
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}
