//! What this build needs of the processor that it runs on.
//!
//! `.cargo/config.toml` compiles for x86-64-v3. On an older processor such a build would die of an illegal instruction
//! somewhere; a program that asks here first can say why instead.

/// The instruction sets this build may use anywhere and this processor lacks, by name; empty if all is well.
///
/// `is_x86_feature_detected!` cannot tell: what a build is compiled for, it takes for present.
pub fn missing_features() -> Vec<&'static str> {
    #[cfg(target_arch = "x86_64")]
    return x86::missing();
    #[cfg(not(target_arch = "x86_64"))]
    return Vec::new();
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::__cpuid_count;

    /// Registers in which the processor says what it can do.
    pub(super) struct Said {
        /// Leaf 1, register C.
        pub(super) basic: u32,
        /// Leaf 7, register B.
        pub(super) extended: u32,
        /// Leaf 0x8000_0001, register C.
        pub(super) other: u32,
    }

    pub(super) fn said() -> Said {
        let has = |leaf: u32| __cpuid_count(leaf & 0x8000_0000, 0).eax >= leaf;
        Said {
            basic: __cpuid_count(1, 0).ecx,
            extended: if has(7) { __cpuid_count(7, 0).ebx } else { 0 },
            other: if has(0x8000_0001) { __cpuid_count(0x8000_0001, 0).ecx } else { 0 },
        }
    }

    pub(super) fn missing() -> Vec<&'static str> {
        lacking(&said())
    }

    /// SPEC: the x86-64 psABI's levels 2 and 3, as far as this build is compiled for them. `osxsave` is the system's word
    /// that it keeps the wide registers.
    pub(super) fn lacking(said: &Said) -> Vec<&'static str> {
        let needed = [
            (cfg!(target_feature = "sse3"), said.basic, 0, "sse3"),
            (cfg!(target_feature = "ssse3"), said.basic, 9, "ssse3"),
            (cfg!(target_feature = "fma"), said.basic, 12, "fma"),
            (cfg!(target_feature = "sse4.1"), said.basic, 19, "sse4.1"),
            (cfg!(target_feature = "sse4.2"), said.basic, 20, "sse4.2"),
            (cfg!(target_feature = "movbe"), said.basic, 22, "movbe"),
            (cfg!(target_feature = "popcnt"), said.basic, 23, "popcnt"),
            (cfg!(target_feature = "avx"), said.basic, 27, "osxsave"),
            (cfg!(target_feature = "avx"), said.basic, 28, "avx"),
            (cfg!(target_feature = "f16c"), said.basic, 29, "f16c"),
            (cfg!(target_feature = "bmi1"), said.extended, 3, "bmi1"),
            (cfg!(target_feature = "avx2"), said.extended, 5, "avx2"),
            (cfg!(target_feature = "bmi2"), said.extended, 8, "bmi2"),
            (cfg!(target_feature = "lzcnt"), said.other, 5, "lzcnt"),
        ];
        let lacking = needed.into_iter().filter(|(compiled, said, bit, _)| *compiled && said >> bit & 1 == 0);
        lacking.map(|(.., name)| name).collect()
    }
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::missing_features;
    use super::x86::{Said, lacking, said};

    #[test]
    fn the_processor_that_runs_the_tests_lacks_nothing() {
        assert_eq!(missing_features(), Vec::<&str>::new());
    }

    #[test]
    fn what_a_build_is_compiled_for_is_named_when_it_is_missing() {
        let compiled = cfg!(target_feature = "avx2");
        let without = Said { extended: said().extended & !(1 << 5), ..said() };
        assert_eq!(lacking(&without), if compiled { vec!["avx2"] } else { vec![] });
        let nothing = lacking(&Said { basic: 0, extended: 0, other: 0 });
        assert_eq!(nothing.contains(&"lzcnt") && nothing.contains(&"osxsave"), compiled, "{nothing:?}");
    }
}
