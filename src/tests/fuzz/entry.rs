// How a target begins: as what the fuzzer calls, or, compiled like any program, with the files that are to be tried.

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|input: &str| attempt(input));

#[cfg(not(fuzzing))]
fn main() {
    for path in std::env::args().skip(1) {
        let input = std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        attempt(&String::from_utf8_lossy(&input));
        println!("{path}: nothing found");
    }
}
