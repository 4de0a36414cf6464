//! Reading embedded tab-separated tables. They are checked in with the code and covered by tests: a malformed
//! line is a defect of the release, found at first use.

/// The rows of an embedded table below its header, with exactly `N` cells each.
pub fn cells<const N: usize>(text: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    text.lines().skip(1).map(|line| {
        let mut row = [""; N];
        let mut count = 0;
        for cell in line.split('\t') {
            if count < N {
                row[count] = cell;
            }
            count += 1;
        }
        assert_eq!(count, N, "embedded table: a line of {count} cells: {line}");
        row
    })
}

/// A whole number of an embedded table.
pub fn number(cell: &str) -> u32 {
    cell.parse()
        .unwrap_or_else(|_| panic!("embedded table: not a whole number: {cell}"))
}
