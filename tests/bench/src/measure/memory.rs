//! The memory of this process, as the kernel counts it.

use std::fs;

/// The most memory this process ever had, in bytes; 0 where the kernel does not say.
pub fn peak_bytes() -> u64 {
    status("VmHWM:")
}

/// Lets the peak begin anew at what there is now, where the kernel allows it.
pub fn forget_peak() {
    // Without it the peak of what came before stays, which can only make a figure larger.
    let _ = fs::write("/proc/self/clear_refs", "5");
}

/// The memory it has now, in bytes; 0 where the kernel does not say.
pub fn resident_bytes() -> u64 {
    status("VmRSS:")
}

fn status(field: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    let kibibytes = line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
    kibibytes.unwrap_or(0) * 1024
}
