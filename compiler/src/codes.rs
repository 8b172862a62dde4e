//! The pages of the codes, for `dreggc explain`. One file a code in `codes`; a test runs the examples of each.

/// Every code with its page, sorted by code.
pub fn all() -> &'static [(&'static str, &'static str)] {
    PAGES
}

/// The page of a code.
pub fn explanation(code: &str) -> Option<&'static str> {
    let place = PAGES.binary_search_by(|(known, _)| (*known).cmp(code)).ok()?;
    PAGES.get(place).map(|(_, page)| *page)
}

const PAGES: &[(&str, &str)] = &[
    ("E0001", include_str!("../codes/E0001.md")),
    ("E0002", include_str!("../codes/E0002.md")),
    ("E0003", include_str!("../codes/E0003.md")),
    ("E0004", include_str!("../codes/E0004.md")),
    ("E0005", include_str!("../codes/E0005.md")),
    ("E0006", include_str!("../codes/E0006.md")),
    ("E0007", include_str!("../codes/E0007.md")),
    ("E0008", include_str!("../codes/E0008.md")),
    ("E0009", include_str!("../codes/E0009.md")),
    ("E0010", include_str!("../codes/E0010.md")),
    ("E0011", include_str!("../codes/E0011.md")),
    ("E0101", include_str!("../codes/E0101.md")),
    ("E0102", include_str!("../codes/E0102.md")),
    ("E0103", include_str!("../codes/E0103.md")),
    ("E0104", include_str!("../codes/E0104.md")),
    ("E0105", include_str!("../codes/E0105.md")),
    ("E0106", include_str!("../codes/E0106.md")),
    ("E0201", include_str!("../codes/E0201.md")),
    ("E0202", include_str!("../codes/E0202.md")),
    ("E0203", include_str!("../codes/E0203.md")),
    ("E0204", include_str!("../codes/E0204.md")),
    ("E0205", include_str!("../codes/E0205.md")),
    ("E0206", include_str!("../codes/E0206.md")),
    ("E0207", include_str!("../codes/E0207.md")),
    ("E0208", include_str!("../codes/E0208.md")),
    ("E0209", include_str!("../codes/E0209.md")),
    ("E0210", include_str!("../codes/E0210.md")),
    ("E0211", include_str!("../codes/E0211.md")),
    ("E0212", include_str!("../codes/E0212.md")),
    ("E0213", include_str!("../codes/E0213.md")),
    ("E0301", include_str!("../codes/E0301.md")),
    ("E0308", include_str!("../codes/E0308.md")),
    ("E0309", include_str!("../codes/E0309.md")),
    ("E0311", include_str!("../codes/E0311.md")),
    ("E0312", include_str!("../codes/E0312.md")),
    ("E0313", include_str!("../codes/E0313.md")),
    ("E0314", include_str!("../codes/E0314.md")),
    ("E0315", include_str!("../codes/E0315.md")),
    ("E0316", include_str!("../codes/E0316.md")),
    ("E0317", include_str!("../codes/E0317.md")),
    ("E0319", include_str!("../codes/E0319.md")),
    ("E0324", include_str!("../codes/E0324.md")),
    ("E0325", include_str!("../codes/E0325.md")),
    ("E0401", include_str!("../codes/E0401.md")),
    ("E0402", include_str!("../codes/E0402.md")),
    ("E0403", include_str!("../codes/E0403.md")),
    ("E0404", include_str!("../codes/E0404.md")),
    ("E0406", include_str!("../codes/E0406.md")),
    ("E0412", include_str!("../codes/E0412.md")),
    ("E0501", include_str!("../codes/E0501.md")),
    ("E0503", include_str!("../codes/E0503.md")),
    ("E0701", include_str!("../codes/E0701.md")),
    ("E0801", include_str!("../codes/E0801.md")),
    ("E0802", include_str!("../codes/E0802.md")),
    ("E0803", include_str!("../codes/E0803.md")),
    ("E0804", include_str!("../codes/E0804.md")),
    ("E0805", include_str!("../codes/E0805.md")),
];
