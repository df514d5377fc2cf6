//! Pictures with something written beside their pixels, and in them.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder as _, RgbImage};

fn pixels(width: u32, height: u32) -> RgbImage {
    let part = |n: u32, of: u32| u8::try_from(n * 255 / of.max(1)).unwrap();
    RgbImage::from_fn(width, height, |x, y| image::Rgb([part(x, width), part(y, height), 90]))
}

/// What cameras write beside the pixels: here, who took it.
fn exif(artist: &str) -> Vec<u8> {
    let mut tiff = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x3b\0\x02".to_vec();
    tiff.extend(u32::try_from(artist.len()).unwrap().to_be_bytes());
    tiff.extend(b"\0\0\0\x1a\0\0\0\0");
    tiff.extend(artist.as_bytes());
    tiff
}

/// A JPEG whose metadata name somebody.
pub(crate) fn jpeg(artist: &str) -> Vec<u8> {
    let picture = pixels(60, 40);
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, 90);
    encoder.write_image(&picture, 60, 40, ExtendedColorType::Rgb8).unwrap();
    remark(&bytes, 0xe1, &[b"Exif\0\0", exif(artist).as_slice()].concat())
}

/// Puts a segment behind the beginning of a JPEG.
pub(crate) fn remark(jpeg: &[u8], mark: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, mark], &length, data, &jpeg[2..]].concat()
}

/// A PNG in whose pixels, as the file has them, a text stands.
pub(crate) fn png(text: &str) -> Vec<u8> {
    let width = u32::try_from(text.len()).unwrap();
    let mut bytes = Vec::new();
    let (raw, plain) = (CompressionType::Uncompressed, FilterType::NoFilter);
    let encoder = PngEncoder::new_with_quality(&mut bytes, raw, plain);
    encoder.write_image(text.as_bytes(), width, 1, ExtendedColorType::L8).unwrap();
    bytes
}

/// A WebP whose metadata name somebody.
pub(crate) fn webp(artist: &str) -> Vec<u8> {
    let picture = pixels(60, 40);
    let mut bytes = Vec::new();
    let mut encoder = WebPEncoder::new_lossless(&mut bytes);
    encoder.set_exif_metadata(exif(artist)).unwrap();
    encoder.write_image(&picture, 60, 40, ExtendedColorType::Rgb8).unwrap();
    bytes
}

/// A few kilobytes that are more than forty million pixels.
pub(crate) fn bomb() -> Vec<u8> {
    let (width, height) = (20_001, 2_000);
    let black = image::GrayImage::new(width, height);
    let mut bytes = Vec::new();
    let encoder = PngEncoder::new(&mut bytes);
    encoder.write_image(&black, width, height, ExtendedColorType::L8).unwrap();
    assert!(bytes.len() < 1_000_000);
    bytes
}

/// Whether bytes hold others.
pub(crate) fn holds(bytes: &[u8], mark: &[u8]) -> bool {
    bytes.windows(mark.len()).any(|window| window == mark)
}
