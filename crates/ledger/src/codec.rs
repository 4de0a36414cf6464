//! The canonical encoding of what is committed and signed: one value, one sequence of bytes.
//!
//! Fields in a fixed order, integers big-endian, byte strings and texts preceded by their length on four bytes, lists
//! by their count on four bytes, options by a presence byte 0 or 1. No maps, no floats, no padding, nothing after the
//! last field. A reader accepts exactly what a writer writes: so decoding and encoding again gives the same bytes,
//! yet the rule stays to store the bytes that were committed and never encode them again.

/// The longest byte string, text, or list a reader accepts, in bytes or items.
pub const MAX_LEN: usize = 16 * 1024 * 1024;

/// Appends fields to a byte sequence.
#[derive(Clone, Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

/// Takes fields from the front of a byte sequence. Never panics, whatever the bytes.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

/// Why bytes are not an encoding of what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The bytes end inside a field.
    #[error("the bytes end inside a field")]
    Truncated,
    /// Bytes follow the last field.
    #[error("{0} bytes follow the last field")]
    Trailing(usize),
    /// A length is over [`MAX_LEN`], or over the caller's own limit.
    #[error("a length of {0} is over the limit")]
    TooLong(usize),
    /// A text is not UTF-8.
    #[error("a text is not UTF-8")]
    NotUtf8,
    /// A presence byte is neither 0 nor 1.
    #[error("a presence byte is {0}, neither 0 nor 1")]
    Presence(u8),
    /// A closed set of numbers has no such member; for the callers' own enums.
    #[error("{0} stands for nothing here")]
    Unknown(u64),
}

impl Writer {
    /// A writer of nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The bytes written.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }

    /// One byte.
    pub fn u8(&mut self, value: u8) -> &mut Self {
        self.raw(&[value])
    }

    /// Two bytes, big-endian.
    pub fn u16(&mut self, value: u16) -> &mut Self {
        self.raw(&value.to_be_bytes())
    }

    /// Four bytes, big-endian.
    pub fn u32(&mut self, value: u32) -> &mut Self {
        self.raw(&value.to_be_bytes())
    }

    /// Eight bytes, big-endian.
    pub fn u64(&mut self, value: u64) -> &mut Self {
        self.raw(&value.to_be_bytes())
    }

    /// Eight bytes, two's complement, big-endian.
    pub fn i64(&mut self, value: i64) -> &mut Self {
        self.raw(&value.to_be_bytes())
    }

    /// A truth value as one byte, 0 or 1.
    pub fn bool(&mut self, value: bool) -> &mut Self {
        self.u8(value.into())
    }

    /// Bytes of a length that the format fixes: no length is written.
    pub fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.bytes.extend_from_slice(bytes);
        self
    }

    /// The length on four bytes, then the bytes.
    ///
    /// # Panics
    /// When there are more than [`MAX_LEN`] bytes: callers bound their fields long before.
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.count(bytes.len()).raw(bytes)
    }

    /// The UTF-8 bytes as received, no normalisation, preceded by their length.
    ///
    /// # Panics
    /// As [`Self::bytes`].
    pub fn str(&mut self, text: &str) -> &mut Self {
        self.bytes(text.as_bytes())
    }

    /// A presence byte, then the value when there is one.
    pub fn option<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) -> &mut Self {
        self.bool(value.is_some());
        if let Some(value) = value {
            write(self, value);
        }
        self
    }

    /// The count on four bytes, then the items in their order.
    ///
    /// # Panics
    /// When there are more than [`MAX_LEN`] items.
    pub fn list<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Self, &T)) -> &mut Self {
        self.count(items.len());
        for item in items {
            write(self, item);
        }
        self
    }

    fn count(&mut self, count: usize) -> &mut Self {
        assert!(count <= MAX_LEN, "a field of {count} is over the format's limit");
        self.u32(u32::try_from(count).expect("the limit is below 2^32"))
    }
}

impl<'a> Reader<'a> {
    /// A reader at the first byte.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Reads the whole of `bytes` with `read` and refuses what follows.
    pub fn read_all<T, E: From<Error>>(
        bytes: &'a [u8],
        read: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut reader = Self::new(bytes);
        let value = read(&mut reader)?;
        reader.finish()?;
        Ok(value)
    }

    /// Refuses bytes after the last field.
    pub fn finish(self) -> Result<(), Error> {
        match self.rest.len() {
            0 => Ok(()),
            more => Err(Error::Trailing(more)),
        }
    }

    /// One byte.
    pub fn u8(&mut self) -> Result<u8, Error> {
        self.array().map(|[byte]| byte)
    }

    /// Two bytes, big-endian.
    pub fn u16(&mut self) -> Result<u16, Error> {
        self.array().map(u16::from_be_bytes)
    }

    /// Four bytes, big-endian.
    pub fn u32(&mut self) -> Result<u32, Error> {
        self.array().map(u32::from_be_bytes)
    }

    /// Eight bytes, big-endian.
    pub fn u64(&mut self) -> Result<u64, Error> {
        self.array().map(u64::from_be_bytes)
    }

    /// Eight bytes, two's complement, big-endian.
    pub fn i64(&mut self) -> Result<i64, Error> {
        self.array().map(i64::from_be_bytes)
    }

    /// A truth value: 0 or 1, nothing else.
    pub fn bool(&mut self) -> Result<bool, Error> {
        match self.u8()? {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(Error::Presence(other)),
        }
    }

    /// `N` bytes of a field whose length the format fixes.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let (head, rest) = self.rest.split_first_chunk::<N>().ok_or(Error::Truncated)?;
        self.rest = rest;
        Ok(*head)
    }

    /// A length on four bytes, at most `max` and [`MAX_LEN`], then that many bytes.
    pub fn bytes(&mut self, max: usize) -> Result<&'a [u8], Error> {
        let len = self.count(max)?;
        let (head, rest) = self.rest.split_at_checked(len).ok_or(Error::Truncated)?;
        self.rest = rest;
        Ok(head)
    }

    /// As [`Self::bytes`], which must be UTF-8.
    pub fn str(&mut self, max: usize) -> Result<&'a str, Error> {
        std::str::from_utf8(self.bytes(max)?).map_err(|_| Error::NotUtf8)
    }

    /// A presence byte, then the value when it is 1.
    pub fn option<T, E: From<Error>>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<Option<T>, E> {
        if self.bool()? {
            read(self).map(Some)
        } else {
            Ok(None)
        }
    }

    /// A count on four bytes, at most `max` and the bytes left (an item takes one at least), then the items.
    pub fn list<T, E: From<Error>>(
        &mut self,
        max: usize,
        mut read: impl FnMut(&mut Self) -> Result<T, E>,
    ) -> Result<Vec<T>, E> {
        let count = self.count(max)?;
        if count > self.rest.len() {
            return Err(Error::Truncated.into());
        }
        let mut items = Vec::new();
        for _ in 0..count {
            items.push(read(self)?);
        }
        Ok(items)
    }

    fn count(&mut self, max: usize) -> Result<usize, Error> {
        let count = usize::try_from(self.u32()?).unwrap_or(usize::MAX);
        if count > max.min(MAX_LEN) {
            Err(Error::TooLong(count))
        } else {
            Ok(count)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Record = (u8, u16, u32, u64, i64, bool, Vec<u8>, Option<String>, Vec<String>);

    fn write(record: &Record) -> Vec<u8> {
        let mut writer = Writer::new();
        writer
            .u8(record.0)
            .u16(record.1)
            .u32(record.2)
            .u64(record.3)
            .i64(record.4)
            .bool(record.5)
            .bytes(&record.6)
            .option(record.7.as_deref(), |w, text| {
                w.str(text);
            })
            .list(&record.8, |w, text| {
                w.str(text);
            });
        writer.finish()
    }

    fn read(bytes: &[u8]) -> Result<Record, Error> {
        Reader::read_all(bytes, |r| {
            Ok((
                r.u8()?,
                r.u16()?,
                r.u32()?,
                r.u64()?,
                r.i64()?,
                r.bool()?,
                r.bytes(MAX_LEN)?.to_vec(),
                r.option(|r| r.str(MAX_LEN).map(str::to_owned))?,
                r.list(MAX_LEN, |r| r.str(MAX_LEN).map(str::to_owned))?,
            ))
        })
    }

    fn sample() -> Record {
        (
            1,
            2,
            3,
            4,
            -5,
            true,
            vec![6],
            Some("é".to_owned()),
            vec!["a".to_owned(), String::new()],
        )
    }

    #[test]
    fn the_bytes_are_those_of_the_documented_layout() {
        let expected: [&[u8]; 9] = [
            &[1],
            &[0, 2],
            &[0, 0, 0, 3],
            &[0, 0, 0, 0, 0, 0, 0, 4],
            &[255, 255, 255, 255, 255, 255, 255, 251],
            &[1],
            &[0, 0, 0, 1, 6],
            &[1, 0, 0, 0, 2, 0xc3, 0xa9],
            &[0, 0, 0, 2, 0, 0, 0, 1, b'a', 0, 0, 0, 0],
        ];
        assert_eq!(write(&sample()), expected.concat());
    }

    #[test]
    fn every_shorter_and_longer_input_is_refused() {
        let bytes = write(&sample());
        for cut in 0..bytes.len() {
            assert_eq!(read(&bytes[..cut]), Err(Error::Truncated), "cut at {cut}");
        }
        assert_eq!(read(&[&bytes[..], &[0]].concat()), Err(Error::Trailing(1)));
    }

    #[test]
    fn bad_presence_bad_text_and_absurd_lengths_are_refused() {
        assert_eq!(Reader::new(&[2]).bool(), Err(Error::Presence(2)));
        assert_eq!(Reader::new(&[0, 0, 0, 1, 0xff]).str(10), Err(Error::NotUtf8));
        assert_eq!(Reader::new(&[0, 0, 0, 11]).bytes(10), Err(Error::TooLong(11)));
        assert_eq!(
            Reader::new(&[255; 4]).bytes(usize::MAX),
            Err(Error::TooLong(0xffff_ffff))
        );
        let mut list = Reader::new(&[0, 1, 0, 0, 7]);
        assert_eq!(list.list(MAX_LEN, Reader::u8), Err(Error::Truncated));
    }

    fn records() -> impl Strategy<Value = Record> {
        let numbers = (
            any::<u8>(),
            any::<u16>(),
            any::<u32>(),
            any::<u64>(),
            any::<i64>(),
            any::<bool>(),
        );
        let bytes = prop::collection::vec(any::<u8>(), 0..40);
        let texts = prop::collection::vec(".{0,12}", 0..4);
        (numbers, bytes, prop::option::of(".{0,12}"), texts)
            .prop_map(|(n, bytes, text, texts)| (n.0, n.1, n.2, n.3, n.4, n.5, bytes, text, texts))
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(record in records()) {
            prop_assert_eq!(read(&write(&record)), Ok(record));
        }

        #[test]
        fn any_bytes_that_read_are_the_only_encoding_of_their_value(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            if let Ok(record) = read(&bytes) {
                prop_assert_eq!(write(&record), bytes);
            }
        }

        #[test]
        fn one_changed_byte_never_reads_as_the_same_value(position in 0_usize..60, flip in 1_u8..) {
            let mut bytes = write(&sample());
            let position = position % bytes.len();
            bytes[position] ^= flip;
            prop_assert_ne!(read(&bytes), Ok(sample()));
        }
    }
}
