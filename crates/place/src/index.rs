//! Sites, and which of them is near a point.

use crate::distance::{EARTH_RADIUS_M, RADIANS_PER_UNIT, great_circle_m, latitude};
use crate::point::{LAT_MAX_E7, LON_MAX_E7, Point};

/// Most bands of latitude.
const BANDS_MAX: usize = 4_096;

/// Sites in bands of latitude, by longitude within a band. Answers are the same as from asking
/// [`great_circle_m`] about every site.
#[derive(Debug, Clone)]
pub struct SiteIndex {
    count: usize,
    south: i64,
    band_height: i64,
    /// Each band's sites with their numbers, by longitude.
    bands: Vec<Vec<(Point, usize)>>,
}

/// Stretches of longitude, both ends included; the second is for what goes on beyond 180 degrees.
type Stretches = [Option<(i64, i64)>; 2];

impl SiteIndex {
    /// An index over sites, which are known by their place in the list.
    #[must_use]
    pub fn new(sites: &[Point]) -> SiteIndex {
        let lats = || sites.iter().map(|site| i64::from(site.lat_e7));
        let south = lats().min().unwrap_or(0);
        let height = lats().max().unwrap_or(0) - south;
        let band_count = (libm::sqrt(sites.len() as f64) as usize).clamp(1, BANDS_MAX);
        let band_height = height / band_count as i64 + 1;
        let mut bands = vec![Vec::new(); (height / band_height) as usize + 1];
        for (number, site) in sites.iter().enumerate() {
            let band = (i64::from(site.lat_e7) - south) / band_height;
            bands[band as usize].push((*site, number));
        }
        for band in &mut bands {
            band.sort_unstable();
        }
        SiteIndex { count: sites.len(), south, band_height, bands }
    }

    /// Number of sites.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are no sites.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Whether any site is at most `radius_m` metres from the point.
    #[must_use]
    pub fn any_within(&self, point: Point, radius_m: f64) -> bool {
        self.near(point, radius_m).any(|(_, distance)| distance <= radius_m)
    }

    /// Numbers of all sites at most `radius_m` metres from the point, in order.
    #[must_use]
    pub fn all_within(&self, point: Point, radius_m: f64) -> Vec<usize> {
        let mut found: Vec<usize> = self
            .near(point, radius_m)
            .filter(|(_, distance)| *distance <= radius_m)
            .map(|(number, _)| number)
            .collect();
        found.sort_unstable();
        found
    }

    /// The nearest site at most `radius_m` metres from the point, and its distance in metres; of
    /// several at one distance the first in the list.
    #[must_use]
    pub fn nearest_within(&self, point: Point, radius_m: f64) -> Option<(usize, f64)> {
        self.near(point, radius_m)
            .filter(|(_, distance)| *distance <= radius_m)
            .min_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)))
    }

    /// All sites that may be within a radius, with their distances; none if it is negative or NaN.
    fn near(&self, point: Point, radius_m: f64) -> impl Iterator<Item = (usize, f64)> {
        let window = Window::new(point, radius_m);
        let bands =
            window.as_ref().map_or(0..0, |window| self.bands_between(window.south, window.north));
        let stretches = window.map_or([None, None], |window| window.stretches);
        bands
            .flat_map(move |band| {
                let sites = &self.bands[band];
                stretches.into_iter().flatten().flat_map(move |(west, east)| {
                    let first = sites.partition_point(|(site, _)| i64::from(site.lon_e7) < west);
                    let end = sites.partition_point(|(site, _)| i64::from(site.lon_e7) <= east);
                    &sites[first..end.max(first)]
                })
            })
            .map(move |(site, number)| (*number, great_circle_m(point, *site)))
    }

    fn bands_between(&self, south: i64, north: i64) -> std::ops::Range<usize> {
        let band = |lat: i64| (lat - self.south).div_euclid(self.band_height);
        let first = band(south).clamp(0, self.bands.len() as i64);
        let end = (band(north) + 1).clamp(first, self.bands.len() as i64);
        first as usize..end as usize
    }
}

/// A box of latitudes and longitudes around a disc, a little too large.
struct Window {
    south: i64,
    north: i64,
    stretches: Stretches,
}

impl Window {
    fn new(point: Point, radius_m: f64) -> Option<Window> {
        if radius_m.is_nan() || radius_m < 0.0 {
            return None;
        }
        let half = i64::from(LON_MAX_E7);
        let units = |angle: f64| (angle / RADIANS_PER_UNIT * (1.0 + 1e-6)) as i64 + 2;
        let angle = (radius_m / EARTH_RADIUS_M).min(std::f64::consts::PI);
        let (lon, lat) = (i64::from(point.lon_e7), i64::from(point.lat_e7));
        let (south, north) = (lat - units(angle), lat + units(angle));
        let over_pole = north >= i64::from(LAT_MAX_E7) || south <= -i64::from(LAT_MAX_E7);
        let ratio = libm::sin(angle) / libm::cos(latitude(point));
        // Near a pole all longitudes are near; close to it the arcsine is too steep to trust.
        let stretches = if over_pole || ratio >= 0.999 {
            [Some((-half, half)), None]
        } else {
            let reach = units(libm::asin(ratio));
            let (west, east) = (lon - reach, lon + reach);
            if west <= -half {
                [Some((-half, east)), Some((west + 2 * half, half))]
            } else if east >= half {
                [Some((west, half)), Some((-half, east - 2 * half))]
            } else {
                [Some((west, east)), None]
            }
        };
        Some(Window { south, north, stretches })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distance::tests::anywhere;
    use proptest::prelude::*;

    fn brute(sites: &[Point], point: Point, radius_m: f64) -> Vec<usize> {
        (0..sites.len()).filter(|&site| great_circle_m(point, sites[site]) <= radius_m).collect()
    }

    #[test]
    fn no_sites_no_answers() {
        let index = SiteIndex::new(&[]);
        assert!(index.is_empty());
        assert_eq!(index.nearest_within(Point { lon_e7: 0, lat_e7: 0 }, f64::INFINITY), None);
    }

    #[test]
    fn the_first_of_equals_is_nearest() {
        let site = Point { lon_e7: 370_000_000, lat_e7: 480_000_000 };
        let index = SiteIndex::new(&[site, site, site]);
        assert_eq!(index.nearest_within(site, 0.0), Some((0, 0.0)));
        assert_eq!(index.all_within(site, 0.0), [0, 1, 2]);
        for radius in [f64::NAN, -1.0, f64::NEG_INFINITY] {
            assert!(!index.any_within(site, radius));
        }
    }

    #[test]
    fn finds_across_the_meridian_of_180_and_the_poles() {
        let at = |lon: &str, lat: &str| Point::parse(lon, lat).unwrap();
        let index = SiteIndex::new(&[at("-179.99", "10"), at("170", "89.9"), at("-10", "-89.95")]);
        assert_eq!(index.all_within(at("179.99", "10"), 3_000.0), [0]);
        assert_eq!(index.all_within(at("-10", "89.95"), 20_000.0), [1]);
        assert_eq!(index.all_within(at("170", "-89.95"), 20_000.0), [2]);
    }

    /// Steps east and north, in units of 10^-7 degree.
    fn step() -> impl Strategy<Value = (i32, i32)> {
        (-3_000_000..3_000_000_i32, -3_000_000..3_000_000_i32)
    }

    proptest! {
        #[test]
        fn the_same_as_asking_every_site(
            sites in prop::collection::vec(anywhere(), 0..60), point in anywhere(),
            radius in prop_oneof![0.0..100_000.0_f64, 0.0..21_000_000.0_f64],
        ) {
            let index = SiteIndex::new(&sites);
            let expected = brute(&sites, point, radius);
            prop_assert_eq!(index.all_within(point, radius), expected.clone());
            prop_assert_eq!(index.any_within(point, radius), !expected.is_empty());
        }

        #[test]
        fn a_site_exactly_at_the_radius_counts(
            near in prop::collection::vec(step(), 1..60),
            lon in -LON_MAX_E7..=LON_MAX_E7,
            lat in -880_000_000..880_000_000_i32,
            pick in any::<prop::sample::Index>(),
        ) {
            let point = Point { lon_e7: lon, lat_e7: lat };
            let sites: Vec<Point> = near.iter().map(|(east, north)| Point {
                lon_e7: (lon + east).clamp(-LON_MAX_E7, LON_MAX_E7), lat_e7: lat + north,
            }).collect();
            let index = SiteIndex::new(&sites);
            let radius = great_circle_m(point, sites[pick.index(sites.len())]);
            prop_assert_eq!(index.all_within(point, radius), brute(&sites, point, radius));
            let nearest = index.nearest_within(point, radius).unwrap();
            let least = brute(&sites, point, nearest.1);
            prop_assert_eq!(least.first(), Some(&nearest.0));
        }
    }
}
