//! The one executable. Everything is in the library; this gives the process its exit code.

use std::process::ExitCode;

use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    #[cfg(target_os = "linux")]
    decline_huge_pages();
    twitclone::cli::main()
}

/// With them the process takes 15 MiB more at rest, where the system gives them to whoever does not decline (Debian, Red Hat);
/// reading home gains little.
#[cfg(target_os = "linux")]
fn decline_huge_pages() {
    // A kernel that has none refuses.
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}
