//! A part of the observations as a GeoParquet file, version 1.1.

use crate::ReplayError;
use crate::row::Row;
use bytes::Bytes;
use parquet::basic::Compression;
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, FixedLenByteArray, FixedLenByteArrayType,
    Int32Type, Int64Type,
};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use servanda_entry::{Observation, Place, canonical};
use servanda_tlog::Hash;
use std::sync::Arc;

/// What others read of a row, and what it is read from again: `entry`, `row`, `id`, `source`,
/// `halo` and `observation`, its canonical JSON. The rest says the same in columns.
const SCHEMA: &str = "message observations {
    required int64 entry;
    optional int32 row;
    required fixed_len_byte_array(32) id;
    required byte_array source (STRING);
    required byte_array kind (STRING);
    required int64 from (TIMESTAMP(MILLIS, true));
    required int64 to (TIMESTAMP(MILLIS, true));
    optional int32 lon_e7;
    optional int32 lat_e7;
    optional int64 radius_mm;
    optional byte_array zone (STRING);
    required boolean halo;
    required byte_array observation (STRING);
    optional byte_array geometry;
}";
/// The places of the columns that are read again.
const ENTRY: usize = 0;
const ROW: usize = 1;
const ID: usize = 2;
const SOURCE: usize = 3;
const HALO: usize = 11;
const OBSERVATION: usize = 12;
/// Rows of a group: so many are held before they are written.
const GROUP_ROWS: usize = 65_536;
/// A part with more is refused when it is read.
const ROWS_MAX: i64 = 1 << 28;
const UNITS: f64 = 10_000_000.0;

/// Writes a part, row by row.
pub struct PartWriter {
    file: SerializedFileWriter<Vec<u8>>,
    rows: Vec<(Row, bool)>,
    /// West, south, east, north.
    bounds: Option<[i32; 4]>,
}

/// A part that was read.
#[derive(Debug, Default)]
pub struct Part {
    /// Its own rows.
    pub own: Vec<Row>,
    /// Rows of earlier parts that reach into it.
    pub halo: Vec<Row>,
}

fn failed(error: impl std::fmt::Display) -> ReplayError {
    ReplayError::Part(error.to_string())
}

impl PartWriter {
    /// A part without rows.
    ///
    /// # Errors
    /// None in practice: the memory takes all.
    pub fn new() -> Result<PartWriter, ReplayError> {
        let schema = Arc::new(parse_message_type(SCHEMA).map_err(failed)?);
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by("servanda".into())
            .build();
        let file = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties));
        Ok(PartWriter { file: file.map_err(failed)?, rows: Vec::new(), bounds: None })
    }

    /// Adds a row; `halo`: it begins before the part does.
    ///
    /// # Errors
    /// For what no row of a record can be.
    pub fn push(&mut self, row: Row, halo: bool) -> Result<(), ReplayError> {
        if let Some(Place::Disc(disc)) = &row.value.at {
            let [west, south, east, north] =
                self.bounds.unwrap_or([disc.lon_e7, disc.lat_e7, disc.lon_e7, disc.lat_e7]);
            self.bounds = Some([
                west.min(disc.lon_e7),
                south.min(disc.lat_e7),
                east.max(disc.lon_e7),
                north.max(disc.lat_e7),
            ]);
        }
        self.rows.push((row, halo));
        if self.rows.len() < GROUP_ROWS { Ok(()) } else { self.flush() }
    }

    /// The file.
    ///
    /// # Errors
    /// As [`PartWriter::push`].
    pub fn finish(mut self) -> Result<Vec<u8>, ReplayError> {
        self.flush()?;
        let about = KeyValue::new("geo".to_owned(), geo(self.bounds));
        self.file.append_key_value_metadata(about);
        self.file.into_inner().map_err(failed)
    }

    fn flush(&mut self) -> Result<(), ReplayError> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let rows = std::mem::take(&mut self.rows);
        write_group(&mut self.file, &rows).map_err(failed)
    }
}

/// The file's metadata, by the schema of GeoParquet 1.1: coordinates are longitude and latitude.
fn geo(bounds: Option<[i32; 4]>) -> String {
    let about = |bbox: String| {
        format!(
            "{{\"version\":\"1.1.0\",\"primary_column\":\"geometry\",\"columns\":{{\"geometry\":\
             {{\"encoding\":\"WKB\",\"geometry_types\":[\"Point\"]{bbox}}}}}}}"
        )
    };
    about(bounds.map_or(String::new(), |bounds| {
        let degrees = bounds.map(|e7| (f64::from(e7) / UNITS).to_string());
        format!(",\"bbox\":[{}]", degrees.join(","))
    }))
}

/// A point in the well-known binary form, little-endian.
fn wkb(lon_e7: i32, lat_e7: i32) -> ByteArray {
    let mut bytes = Vec::with_capacity(21);
    bytes.push(1);
    bytes.extend(1_u32.to_le_bytes());
    bytes.extend((f64::from(lon_e7) / UNITS).to_le_bytes());
    bytes.extend((f64::from(lat_e7) / UNITS).to_le_bytes());
    bytes.into()
}

fn write_group(
    file: &mut SerializedFileWriter<Vec<u8>>,
    rows: &[(Row, bool)],
) -> Result<(), ParquetError> {
    let mut group = file.next_row_group()?;
    let each = || rows.iter().map(|(row, _)| row);
    let text = |text: &str| ByteArray::from(text);
    let disc = |row: &Row| match &row.value.at {
        Some(Place::Disc(disc)) => Some(*disc),
        _ => None,
    };
    let zone = |row: &Row| match &row.value.at {
        Some(Place::Zone(at)) => Some(ByteArray::from(at.zone.as_str())),
        _ => None,
    };
    let mut json = Vec::with_capacity(rows.len());
    for row in each() {
        let bytes = canonical::sorted_to_bytes(&row.value);
        json.push(ByteArray::from(bytes.map_err(|e| ParquetError::General(e.to_string()))?));
    }
    required::<Int64Type>(&mut group, each().map(|row| row.entry.cast_signed()))?;
    optional::<Int32Type>(&mut group, each().map(|row| row.row.map(u32::cast_signed)))?;
    let ids = each().map(|row| FixedLenByteArray::from(row.id.as_bytes().to_vec()));
    required::<FixedLenByteArrayType>(&mut group, ids)?;
    required::<ByteArrayType>(&mut group, each().map(|row| text(&row.source)))?;
    required::<ByteArrayType>(&mut group, each().map(|row| text(&row.value.kind)))?;
    required::<Int64Type>(&mut group, each().map(|row| row.value.from_ms))?;
    required::<Int64Type>(&mut group, each().map(|row| row.value.to_ms))?;
    optional::<Int32Type>(&mut group, each().map(|row| disc(row).map(|disc| disc.lon_e7)))?;
    optional::<Int32Type>(&mut group, each().map(|row| disc(row).map(|disc| disc.lat_e7)))?;
    let radii = each().map(|row| disc(row).map(|disc| disc.radius_mm.cast_signed()));
    optional::<Int64Type>(&mut group, radii)?;
    optional::<ByteArrayType>(&mut group, each().map(zone))?;
    required::<BoolType>(&mut group, rows.iter().map(|(_, halo)| *halo))?;
    required::<ByteArrayType>(&mut group, json.into_iter())?;
    let points = each().map(|row| disc(row).map(|disc| wkb(disc.lon_e7, disc.lat_e7)));
    optional::<ByteArrayType>(&mut group, points)?;
    group.close()?;
    Ok(())
}

type Group<'a> = SerializedRowGroupWriter<'a, Vec<u8>>;

fn required<T: DataType>(
    group: &mut Group<'_>,
    values: impl Iterator<Item = T::T>,
) -> Result<(), ParquetError> {
    let values: Vec<T::T> = values.collect();
    write_column::<T>(group, &values, None)
}

fn optional<T: DataType>(
    group: &mut Group<'_>,
    values: impl Iterator<Item = Option<T::T>>,
) -> Result<(), ParquetError> {
    let all: Vec<Option<T::T>> = values.collect();
    let levels: Vec<i16> = all.iter().map(|value| i16::from(value.is_some())).collect();
    let there: Vec<T::T> = all.into_iter().flatten().collect();
    write_column::<T>(group, &there, Some(&levels))
}

fn write_column<T: DataType>(
    group: &mut Group<'_>,
    values: &[T::T],
    levels: Option<&[i16]>,
) -> Result<(), ParquetError> {
    let Some(mut column) = group.next_column()? else {
        return Err(ParquetError::General("more columns than the schema has".into()));
    };
    column.typed::<T>().write_batch(values, levels, None)?;
    column.close()
}

impl Part {
    /// Reads a part that [`PartWriter`] wrote.
    ///
    /// # Errors
    /// [`ReplayError::Part`] for any other file.
    pub fn read(bytes: Vec<u8>) -> Result<Part, ReplayError> {
        let file = SerializedFileReader::new(Bytes::from(bytes)).map_err(failed)?;
        let meta = file.metadata();
        let schema = parse_message_type(SCHEMA).map_err(failed)?;
        if *meta.file_metadata().schema() != schema {
            return Err(ReplayError::Part("it has other columns".into()));
        }
        if meta.file_metadata().num_rows() > ROWS_MAX {
            return Err(ReplayError::Part(format!("it has more than {ROWS_MAX} rows")));
        }
        let mut part = Part::default();
        for group in 0..meta.num_row_groups() {
            let group = file.get_row_group(group).map_err(failed)?;
            read_group(group.as_ref(), &mut part)?;
        }
        Ok(part)
    }
}

fn read_group(group: &dyn RowGroupReader, part: &mut Part) -> Result<(), ReplayError> {
    let count = usize::try_from(group.metadata().num_rows()).map_err(failed)?;
    let entries = column::<Int64Type>(group, ENTRY, count)?;
    let (levels, numbers) = levelled::<Int32Type>(group, ROW, count)?;
    let ids = column::<FixedLenByteArrayType>(group, ID, count)?;
    let sources = column::<ByteArrayType>(group, SOURCE, count)?;
    let halo = column::<BoolType>(group, HALO, count)?;
    let texts = column::<ByteArrayType>(group, OBSERVATION, count)?;
    let mut numbers = numbers.into_iter();
    let columns = entries.into_iter().zip(levels).zip(ids).zip(sources).zip(halo).zip(texts);
    for (((((entry, level), id), source), halo), text) in columns {
        let value: Observation = serde_json::from_slice(text.data()).map_err(failed)?;
        let row = match level {
            0 => None,
            _ => numbers.next().map(i32::cast_unsigned),
        };
        let id: [u8; 32] = id.data().try_into().map_err(failed)?;
        let source = source.as_utf8().map_err(failed)?.to_owned();
        let row = Row { entry: entry.cast_unsigned(), row, id: Hash(id), source, value };
        if halo { &mut part.halo } else { &mut part.own }.push(row);
    }
    Ok(())
}

fn column<T: DataType>(
    group: &dyn RowGroupReader,
    at: usize,
    count: usize,
) -> Result<Vec<T::T>, ReplayError> {
    let (_, values) = levelled::<T>(group, at, count)?;
    if values.len() == count { Ok(values) } else { Err(ReplayError::Part("cut short".into())) }
}

/// The values of a column that are there, and for each row whether it has one.
fn levelled<T: DataType>(
    group: &dyn RowGroupReader,
    at: usize,
    count: usize,
) -> Result<(Vec<i16>, Vec<T::T>), ReplayError> {
    let mut reader = parquet::column::reader::get_typed_column_reader::<T>(
        group.get_column_reader(at).map_err(failed)?,
    );
    let (mut levels, mut values) = (Vec::with_capacity(count), Vec::with_capacity(count));
    let mut read = 0;
    while read < count {
        let (rows, ..) = reader
            .read_records(count - read, Some(&mut levels), None, &mut values)
            .map_err(failed)?;
        if rows == 0 {
            return Err(ReplayError::Part("cut short".into()));
        }
        read += rows;
    }
    Ok((levels, values))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(n: u32, at: &str) -> Row {
        let text = format!(
            "{{{at}\"from_ms\":{},\"kind\":\"shot\",\"line\":{n},\"to_ms\":{}}}",
            1_000 * i64::from(n),
            1_000 * i64::from(n) + 60_000
        );
        Row::new(7, (n != 3).then_some(n), "patrol", serde_json::from_str(&text).unwrap())
    }

    #[test]
    fn what_was_written_is_read_again_and_the_bytes_are_the_same() {
        let rows = [
            row(1, "\"at\":{\"lat_e7\":-480000000,\"lon_e7\":370000001,\"radius_mm\":5000},"),
            row(2, "\"at\":{\"zone\":\"bridge\"},"),
            row(3, ""),
        ];
        let write = || {
            let mut writer = PartWriter::new().unwrap();
            rows.iter().for_each(|row| writer.push(row.clone(), row.row == Some(2)).unwrap());
            writer.finish().unwrap()
        };
        let bytes = write();
        assert_eq!(bytes, write());
        let text = String::from_utf8_lossy(&bytes);
        assert!(text.contains("\"bbox\":[37.0000001,-48,37.0000001,-48]"));
        let part = Part::read(bytes.clone()).unwrap();
        assert_eq!(
            (part.own.as_slice(), part.halo.len()),
            (&[rows[0].clone(), rows[2].clone()][..], 1)
        );
        for cut in [0, 3, bytes.len() / 2, bytes.len() - 1] {
            assert!(Part::read(bytes[..cut].to_vec()).is_err(), "{cut}");
        }
        let empty = PartWriter::new().unwrap().finish().unwrap();
        assert!(Part::read(empty).unwrap().own.is_empty());
    }
}
