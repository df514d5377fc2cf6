//! From longitude and latitude to the drawing: plate carrée, with longitudes shortened by the
//! cosine of the middle latitude (Snyder, Map Projections, USGS Professional Paper 1395, ch. 12).

use crate::extent::Extent;
use servanda_place::{Point, UNITS_PER_DEGREE};

/// Kilometres in a degree of latitude on the sphere of mean radius 6,371.0088 km.
const KM_PER_DEGREE: f64 = 111.195_08;

/// The frame of a map in user units.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Frame {
    pub(crate) fn right(&self) -> f64 {
        self.left + self.width
    }

    pub(crate) fn bottom(&self) -> f64 {
        self.top + self.height
    }

    pub(crate) fn holds(&self, (x, y): (f64, f64)) -> bool {
        (self.left..=self.right()).contains(&x) && (self.top..=self.bottom()).contains(&y)
    }
}

/// A projection of an extent into a frame; north is up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Projection {
    pub(crate) frame: Frame,
    lon_middle_e7: f64,
    lat_middle_e7: f64,
    /// User units for a degree of latitude.
    px_per_degree: f64,
    /// A degree of longitude as a share of a degree of latitude.
    narrowing: f64,
}

/// How much narrower a degree of longitude is drawn than a degree of latitude.
pub(crate) fn narrowing(lat_e7: f64) -> f64 {
    // Near a pole the map would shrink to a line.
    libm::cos((lat_e7 / f64::from(UNITS_PER_DEGREE)).to_radians()).max(0.05)
}

impl Projection {
    pub(crate) fn new(extent: &Extent, frame: Frame) -> Projection {
        let (lon_middle_e7, lat_middle_e7) = extent.middle();
        let narrowing = narrowing(lat_middle_e7);
        let across = frame.width / (extent.width_degrees() * narrowing);
        let down = frame.height / extent.height_degrees();
        Projection {
            frame,
            lon_middle_e7,
            lat_middle_e7,
            px_per_degree: across.min(down),
            narrowing,
        }
    }

    pub(crate) fn x(&self, lon_e7: f64) -> f64 {
        let degrees = (lon_e7 - self.lon_middle_e7) / f64::from(UNITS_PER_DEGREE);
        self.frame.left + self.frame.width / 2.0 + degrees * self.narrowing * self.px_per_degree
    }

    pub(crate) fn y(&self, lat_e7: f64) -> f64 {
        let degrees = (lat_e7 - self.lat_middle_e7) / f64::from(UNITS_PER_DEGREE);
        self.frame.top + self.frame.height / 2.0 - degrees * self.px_per_degree
    }

    pub(crate) fn place(&self, point: Point) -> (f64, f64) {
        (self.x(f64::from(point.lon_e7)), self.y(f64::from(point.lat_e7)))
    }

    /// User units for so many metres; along a parallel this is exact in the middle of the map.
    pub(crate) fn px_of_metres(&self, metres: f64) -> f64 {
        metres / 1000.0 / KM_PER_DEGREE * self.px_per_degree
    }

    /// The longest round length that fits: kilometres and user units.
    pub(crate) fn scale_bar(&self, px_max: f64) -> (f64, f64) {
        let px_per_km = self.px_per_degree / KM_PER_DEGREE;
        let steps =
            [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0];
        let fitting = steps.into_iter().rfind(|km| km * px_per_km <= px_max);
        let km = fitting.unwrap_or(0.1);
        (km, km * px_per_km)
    }

    /// Meridians in the frame: longitude in lattice units.
    pub(crate) fn meridians(&self) -> Vec<i64> {
        let half = self.frame.width / 2.0 / (self.px_per_degree * self.narrowing);
        lines(self.lon_middle_e7, half, 180)
    }

    /// Parallels in the frame: latitude in lattice units.
    pub(crate) fn parallels(&self) -> Vec<i64> {
        lines(self.lat_middle_e7, self.frame.height / 2.0 / self.px_per_degree, 90)
    }
}

/// Round values within `half` degrees of the middle, about five of them.
fn lines(middle_e7: f64, half_degrees: f64, degrees_max: i64) -> Vec<i64> {
    const STEPS_E7: [i64; 14] = [
        20_000,
        50_000,
        100_000,
        200_000,
        500_000,
        1_000_000,
        2_000_000,
        5_000_000,
        10_000_000,
        20_000_000,
        50_000_000,
        100_000_000,
        200_000_000,
        300_000_000,
    ];
    let unit = f64::from(UNITS_PER_DEGREE);
    let fits = |step: &i64| half_degrees * 2.0 * unit / *step as f64 <= 6.0;
    let step = STEPS_E7.into_iter().find(fits).unwrap_or(450_000_000);
    let limit = degrees_max * i64::from(UNITS_PER_DEGREE);
    let low = ((middle_e7 - half_degrees * unit) as i64).max(-limit);
    let high = ((middle_e7 + half_degrees * unit) as i64).min(limit);
    let first = low.div_euclid(step) + i64::from(low.rem_euclid(step) != 0);
    (first..=high.div_euclid(step)).map(|n| n * step).collect()
}

/// A degree label: `37.5° E`, `0°`.
pub(crate) fn degrees(e7: i64, positive: char, negative: char) -> String {
    let unit = i64::from(UNITS_PER_DEGREE);
    let (whole, rest) = (e7.abs() / unit, e7.abs() % unit);
    let mut text = whole.to_string();
    if rest != 0 {
        let digits = format!("{rest:07}");
        text.push('.');
        text.push_str(digits.trim_end_matches('0'));
    }
    match e7 {
        0 => "0°".to_owned(),
        e7 if e7 > 0 => format!("{text}° {positive}"),
        _ => format!("{text}° {negative}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degree_labels_have_letters() {
        assert_eq!(degrees(375_000_000, 'E', 'W'), "37.5° E");
        assert_eq!(degrees(-20_000, 'N', 'S'), "0.002° S");
        assert_eq!(degrees(0, 'N', 'S'), "0°");
    }

    #[test]
    fn lines_are_round_and_few() {
        assert_eq!(
            lines(375_000_000.0, 1.2, 180),
            [365_000_000, 370_000_000, 375_000_000, 380_000_000, 385_000_000]
        );
        assert_eq!(lines(899_000_000.0, 0.2, 90).last(), Some(&900_000_000));
        for half in [0.001, 0.1, 1.0, 30.0, 180.0] {
            let count = lines(0.0, half, 180).len();
            assert!((1..=9).contains(&count), "{half}: {count}");
        }
    }
}
