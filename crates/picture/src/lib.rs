//! Pictures that somebody sent: checked before they are kept, and copied before they are shown.
//!
//! [`check`] takes the bytes of a JPEG, PNG or WebP file and nothing else: not a file that goes on
//! behind the picture, that is something else too, that would take more memory than it may, or that
//! moves. [`copy`] makes a picture of the pixels alone. What else the file holds, such as where and
//! by whom it was taken, is in no copy.
//!
//! Only this crate names `image`.

mod hidden;
mod shape;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that stops has failed")]
mod tests;

use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::{DynamicImage, ImageDecoder, ImageError, ImageResult, Limits, RgbImage};
use std::io::Cursor;

/// Most pixels of a picture. The worst of them take some 360 MB while they are decoded.
pub const PIXELS_MAX: u64 = 40_000_000;
/// Longest side of a picture, in pixels.
pub const SIDE_MAX: u32 = 30_000;
/// Longest side of a copy, in pixels.
pub const COPY_SIDE_MAX: u32 = 2_000;
/// Largest buffer that a decoder may ask for, in bytes.
const DECODE_BYTES_MAX: u64 = 320 * 1024 * 1024;
/// Of 100; at this one a copy can't be told from the picture by eye.
const COPY_QUALITY: u8 = 88;
/// What shows through where a picture is transparent.
const GROUND: u8 = 255;

/// The formats that are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JPEG.
    Jpeg,
    /// PNG, standing still.
    Png,
    /// WebP, standing still.
    Webp,
}

impl Format {
    /// All of them.
    pub const ALL: [Format; 3] = [Format::Jpeg, Format::Png, Format::Webp];

    /// By the bytes that a file begins with.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Format> {
        if bytes.starts_with(shape::JPEG) {
            Some(Format::Jpeg)
        } else if bytes.starts_with(shape::PNG) {
            Some(Format::Png)
        } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
            Some(Format::Webp)
        } else {
            None
        }
    }

    /// The ends of names that such a file has; the first is the usual one.
    #[must_use]
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Format::Jpeg => &["jpg", "jpeg"],
            Format::Png => &["png"],
            Format::Webp => &["webp"],
        }
    }

    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Format::Jpeg => "JPEG",
            Format::Png => "PNG",
            Format::Webp => "WebP",
        }
    }

    fn is_of_name(self, name: &str) -> bool {
        let end = name.rsplit_once('.').map_or("", |(_, end)| end);
        self.extensions().iter().any(|own| own.eq_ignore_ascii_case(end))
    }
}

/// Why a file is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It doesn't begin as one of the formats does.
    #[error("it is no picture in JPEG, PNG or WebP")]
    Kind,
    /// Its name says another format than its bytes.
    #[error("its name doesn't end as its format does: .jpg, .jpeg, .png or .webp")]
    Name,
    /// It ends before the picture does.
    #[error("it ends before the picture does")]
    CutOff,
    /// It goes on behind the picture.
    #[error("it goes on behind the picture")]
    GoesOn,
    /// It can be opened as something else too.
    #[error("it is something else too: an archive, a document, a page or a script")]
    Hides,
    /// It has too many pixels.
    #[error("it has more than {PIXELS_MAX} pixels, or a side of more than {SIDE_MAX}")]
    TooLarge,
    /// It is a film.
    #[error("it moves")]
    Moves,
    /// The decoder can't make anything of it.
    #[error("it is damaged")]
    Damaged,
}

/// What a file that is taken is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Picture {
    /// Its format.
    pub format: Format,
    /// Pixels from side to side, as the file has them.
    pub width: u32,
    /// Pixels from top to bottom, as the file has them.
    pub height: u32,
}

/// A picture made anew from the pixels of another: a JPEG that holds nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// The file.
    pub bytes: Vec<u8>,
    /// Pixels from side to side.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
}

/// Checks a file by its name and its bytes, all of it: it is decoded to the last pixel.
///
/// # Errors
/// [`Fault`].
pub fn check(name: &str, bytes: &[u8]) -> Result<Picture, Fault> {
    let format = Format::of(bytes).ok_or(Fault::Kind)?;
    if !format.is_of_name(name) {
        return Err(Fault::Name);
    }
    shape::check(format, bytes)?;
    if hidden::is_something_else(bytes) {
        return Err(Fault::Hides);
    }
    let (decoded, _) = decode(format, bytes)?;
    Ok(Picture { format, width: decoded.width(), height: decoded.height() })
}

/// A copy of a picture's pixels, upright, at most [`COPY_SIDE_MAX`] wide and high.
///
/// # Errors
/// [`Fault`]: none of a file that [`check`] took.
pub fn copy(bytes: &[u8]) -> Result<Copied, Fault> {
    let format = Format::of(bytes).ok_or(Fault::Kind)?;
    let (mut decoded, turned) = decode(format, bytes)?;
    if decoded.width().max(decoded.height()) > COPY_SIDE_MAX {
        decoded = decoded.thumbnail(COPY_SIDE_MAX, COPY_SIDE_MAX);
    }
    decoded.apply_orientation(turned);
    let flat = flat(decoded);
    let mut written = Vec::new();
    JpegEncoder::new_with_quality(&mut written, COPY_QUALITY).encode_image(&flat).map_err(fault)?;
    Ok(Copied { bytes: written, width: flat.width(), height: flat.height() })
}

/// The pixels, and how they are to be turned.
fn decode(
    format: Format,
    bytes: &[u8],
) -> Result<(DynamicImage, image::metadata::Orientation), Fault> {
    match format {
        Format::Jpeg => decoded(JpegDecoder::new(Cursor::new(bytes)).map_err(fault)?),
        Format::Png => {
            decoded(PngDecoder::with_limits(Cursor::new(bytes), limits()).map_err(fault)?)
        }
        Format::Webp => decoded(WebPDecoder::new(Cursor::new(bytes)).map_err(fault)?),
    }
}

fn fault(error: ImageError) -> Fault {
    if matches!(error, ImageError::Limits(_)) { Fault::TooLarge } else { Fault::Damaged }
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_MAX);
    limits.max_image_height = Some(SIDE_MAX);
    limits.max_alloc = Some(DECODE_BYTES_MAX);
    limits
}

fn decoded(
    mut decoder: impl ImageDecoder,
) -> Result<(DynamicImage, image::metadata::Orientation), Fault> {
    let (width, height) = decoder.dimensions();
    let is_large = width.max(height) > SIDE_MAX
        || u64::from(width) * u64::from(height) > PIXELS_MAX
        || decoder.total_bytes() > DECODE_BYTES_MAX;
    if is_large {
        return Err(Fault::TooLarge);
    }
    let mut read = || -> ImageResult<_> {
        decoder.set_limits(limits())?;
        decoder.orientation()
    };
    let turned = read().map_err(fault)?;
    let pixels = DynamicImage::from_decoder(decoder).map_err(fault)?;
    Ok((pixels, turned))
}

/// The picture on one ground: what is transparent may hide what nobody was meant to see.
fn flat(pixels: DynamicImage) -> RgbImage {
    if !pixels.color().has_alpha() {
        return pixels.into_rgb8();
    }
    let clear = pixels.into_rgba8();
    RgbImage::from_fn(clear.width(), clear.height(), |x, y| {
        let [red, green, blue, opaque] = clear.get_pixel(x, y).0;
        let over = |own: u8| {
            let (own, share) = (u32::from(own), u32::from(opaque));
            let mixed = (own * share + u32::from(GROUND) * (255 - share) + 127) / 255;
            u8::try_from(mixed).unwrap_or(GROUND)
        };
        image::Rgb([over(red), over(green), over(blue)])
    })
}
