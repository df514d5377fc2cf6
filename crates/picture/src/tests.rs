use super::*;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, GrayImage, ImageEncoder as _, RgbaImage};
use proptest::prelude::*;

const SECRET: &[u8] = b"the third post";

/// A slope of colours, so that nothing of it is like the rest.
fn slope(width: u32, height: u32) -> RgbImage {
    let part = |n: u32, of: u32| u8::try_from(n * 255 / of.max(1)).unwrap();
    RgbImage::from_fn(width, height, |x, y| image::Rgb([part(x, width), part(y, height), 90]))
}

fn written(format: Format, pixels: &RgbImage) -> Vec<u8> {
    let (mut bytes, kind) = (Vec::new(), ExtendedColorType::Rgb8);
    let (width, height) = pixels.dimensions();
    match format {
        Format::Jpeg => JpegEncoder::new_with_quality(&mut bytes, 90)
            .write_image(pixels, width, height, kind)
            .unwrap(),
        Format::Png => {
            PngEncoder::new(&mut bytes).write_image(pixels, width, height, kind).unwrap();
        }
        Format::Webp => {
            WebPEncoder::new_lossless(&mut bytes).write_image(pixels, width, height, kind).unwrap();
        }
    }
    bytes
}

fn name(format: Format) -> String {
    format!("x.{}", format.extensions()[0])
}

/// What cameras write beside the pixels: how the picture is turned, and a text.
fn exif(turned: u8) -> Vec<u8> {
    let mut tiff = b"MM\0\x2a\0\0\0\x08\0\x02".to_vec();
    tiff.extend(b"\x01\x12\0\x03\0\0\0\x01\0");
    tiff.extend([turned, 0, 0]);
    // The artist, behind the list.
    tiff.extend(b"\x01\x3b\0\x02\0\0\0\x0e\0\0\0\x26\0\0\0\0");
    tiff.extend(SECRET);
    tiff
}

/// Puts a segment behind the beginning of a JPEG.
fn with_segment(jpeg: &[u8], mark: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, mark], &length, data, &jpeg[2..]].concat()
}

fn with_exif(format: Format, pixels: &RgbImage, turned: u8) -> Vec<u8> {
    let (width, height) = pixels.dimensions();
    let mut bytes = Vec::new();
    let kind = ExtendedColorType::Rgb8;
    match format {
        Format::Jpeg => {
            let data = [b"Exif\0\0", exif(turned).as_slice()].concat();
            return with_segment(&written(format, pixels), 0xe1, &data);
        }
        Format::Png => {
            let mut encoder = PngEncoder::new(&mut bytes);
            encoder.set_exif_metadata(exif(turned)).unwrap();
            encoder.write_image(pixels, width, height, kind).unwrap();
        }
        Format::Webp => {
            let mut encoder = WebPEncoder::new_lossless(&mut bytes);
            encoder.set_exif_metadata(exif(turned)).unwrap();
            encoder.write_image(pixels, width, height, kind).unwrap();
        }
    }
    bytes
}

fn holds(bytes: &[u8], mark: &[u8]) -> bool {
    bytes.windows(mark.len()).any(|window| window == mark)
}

#[test]
fn a_copy_holds_the_pixels_and_nothing_else() {
    let pixels = slope(60, 40);
    for format in Format::ALL {
        let sent = with_exif(format, &pixels, 1);
        assert!(holds(&sent, SECRET), "{format:?}: the test itself hides nothing");
        let found = check(&name(format), &sent).unwrap();
        assert_eq!(found, Picture { format, width: 60, height: 40 });
        let copied = copy(&sent).unwrap();
        assert_eq!(check("x.jpg", &copied.bytes).unwrap().format, Format::Jpeg);
        for mark in [SECRET, b"Exif", b"http", b"ICC_PROFILE"] {
            assert!(!holds(&copied.bytes, mark), "{format:?}: {mark:?}");
        }
        let (shown, _) = decode(Format::Jpeg, &copied.bytes).unwrap();
        for (x, y, own) in pixels.enumerate_pixels() {
            let other = shown.as_rgb8().unwrap().get_pixel(x, y);
            let far = own.0.iter().zip(other.0).map(|(a, b)| a.abs_diff(b)).max().unwrap();
            assert!(far < 24, "{format:?} {x} {y}: {own:?} {other:?}");
        }
    }
}

#[test]
fn a_copy_is_upright_and_not_too_large() {
    for format in Format::ALL {
        let sent = with_exif(format, &slope(60, 40), 6);
        let copied = copy(&sent).unwrap();
        assert_eq!((copied.width, copied.height), (40, 60), "{format:?}");
    }
    let copied = copy(&written(Format::Jpeg, &slope(COPY_SIDE_MAX + 500, 50))).unwrap();
    assert_eq!((copied.width, copied.height), (COPY_SIDE_MAX, 40));
    let copied = copy(&written(Format::Png, &slope(20, 10))).unwrap();
    assert_eq!((copied.width, copied.height), (20, 10), "small ones are not blown up");
}

#[test]
fn what_is_transparent_shows_no_colour_that_nobody_saw() {
    let clear =
        RgbaImage::from_fn(16, 16, |x, _| image::Rgba([200, 0, 0, if x < 8 { 0 } else { 255 }]));
    let mut sent = Vec::new();
    PngEncoder::new(&mut sent).write_image(&clear, 16, 16, ExtendedColorType::Rgba8).unwrap();
    let (shown, _) = decode(Format::Jpeg, &copy(&sent).unwrap().bytes).unwrap();
    let shown = shown.into_rgb8();
    assert!(shown.get_pixel(2, 8).0.iter().all(|part| *part > 240), "{:?}", shown.get_pixel(2, 8));
    assert!(shown.get_pixel(13, 8).0[1] < 30, "{:?}", shown.get_pixel(13, 8));
}

#[test]
fn a_file_that_is_cut_off_or_goes_on_is_refused() {
    for format in Format::ALL {
        let whole = written(format, &slope(24, 16));
        let named = name(format);
        check(&named, &whole).unwrap();
        for length in 0..whole.len() {
            let fault = check(&named, &whole[..length]).unwrap_err();
            let expected = if length < 12 { fault } else { Fault::CutOff };
            assert_eq!(fault, expected, "{format:?} {length} of {}", whole.len());
        }
        for more in [&b"\0"[..], b"\n", b"\xff\xd9", b"ftypmp42", &whole] {
            let longer = [&whole, more].concat();
            assert_eq!(check(&named, &longer), Err(Fault::GoesOn), "{format:?} {more:?}");
        }
    }
}

#[test]
fn what_is_no_picture_or_something_else_too_is_refused() {
    let jpeg = written(Format::Jpeg, &slope(24, 16));
    let remark = |data: &[u8]| with_segment(&jpeg, 0xfe, data);
    check("x.jpg", &remark(b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF>PK</rdf:RDF>")).unwrap();
    let zip_end = [&b"PK\x05\x06\0\0\0\0\x01\0\x01\0"[..], &[0; 10]].concat();
    let mut moving = b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0".to_vec();
    moving.extend([0; 6]);
    for (named, bytes, fault) in [
        ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), Fault::Kind),
        ("x.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), Fault::Kind),
        ("x.gif", b"GIF89a\x01\0\x01\0\0\0\0".to_vec(), Fault::Kind),
        ("x.jpg", vec![], Fault::Kind),
        ("x.png", jpeg.clone(), Fault::Name),
        ("x", jpeg.clone(), Fault::Name),
        ("jpg", jpeg.clone(), Fault::Name),
        ("x.jpg.exe", jpeg.clone(), Fault::Name),
        ("x.jpg", remark(b"<SCRIPT>alert(1)</SCRIPT>"), Fault::Hides),
        ("x.jpg", remark(b"<html><body>"), Fault::Hides),
        ("x.jpg", remark(b"<IMG src=x onerror='alert(1)'>"), Fault::Hides),
        ("x.jpg", remark(b"<svg onload='alert(1)'>"), Fault::Hides),
        ("x.jpg", remark(b"<?php system($_GET['x']);"), Fault::Hides),
        ("x.jpg", remark(b"%PDF-1.7"), Fault::Hides),
        ("x.jpg", remark(&zip_end), Fault::Hides),
        ("x.jpg", remark(b"Rar!\x1a\x07\x01\0"), Fault::Hides),
        ("x.webp", moving, Fault::Moves),
        ("x.webp", b"RIFF\x10\0\0\0WEBPmine\x04\0\0\0\0\0\0\0".to_vec(), Fault::Hides),
        ("x.jpg", b"\xff\xd8\xff\xd9".to_vec(), Fault::Damaged),
        ("x.png", [shape::PNG, b"\0\0\0\0acTL\0\0\0\0"].concat(), Fault::Moves),
        ("x.png", [shape::PNG, b"\0\0\0\0IEND\0\0\0\0"].concat(), Fault::Damaged),
    ] {
        assert_eq!(check(named, &bytes), Err(fault), "{named} {bytes:?}");
    }
    for good in ["x.JPG", "x.jpeg", "a.b.Jpg"] {
        check(good, &jpeg).unwrap();
    }
}

#[test]
fn a_bomb_is_refused_before_it_goes_off() {
    let (width, height) = (20_001, 2_000);
    let black = GrayImage::new(width, height);
    let mut bomb = Vec::new();
    PngEncoder::new(&mut bomb).write_image(&black, width, height, ExtendedColorType::L8).unwrap();
    assert!(bomb.len() < 1_000_000, "{}", bomb.len());
    assert_eq!(check("x.png", &bomb), Err(Fault::TooLarge));
    let thin = written(Format::Png, &RgbImage::new(SIDE_MAX + 1, 1));
    assert_eq!(check("x.png", &thin), Err(Fault::TooLarge));
    // What stands in a JPEG's head is believed by nobody.
    let mut jpeg = written(Format::Jpeg, &slope(24, 16));
    let frame = jpeg.windows(2).position(|mark| mark == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xff; 4]);
    assert_eq!(check("x.jpg", &jpeg), Err(Fault::TooLarge));
}

proptest! {
    /// Whatever is changed in a picture: a result or a reason, and a copy of whatever is taken.
    #[test]
    fn whatever_is_taken_can_be_copied(
        which in 0..3_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
    ) {
        let format = Format::ALL[which];
        let mut bytes = with_exif(format, &slope(24, 16), 3);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if check(&name(format), &bytes).is_ok() {
            let copied = copy(&bytes).unwrap();
            prop_assert!(!holds(&copied.bytes, SECRET));
        }
    }

    #[test]
    fn bytes_that_begin_as_a_picture_are_read_without_a_panic(
        which in 0..3_usize,
        rest in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let format = Format::ALL[which];
        let begin = [shape::JPEG, shape::PNG, b"RIFF\x20\0\0\0WEBP"][which];
        let _ = check(&name(format), &[begin, &rest].concat());
    }
}
