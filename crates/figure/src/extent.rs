//! What part of the world a map shows.

use servanda_comply::picture::Picture;
use servanda_place::{LAT_MAX_E7, LON_MAX_E7, Point, UNITS_PER_DEGREE};

/// No map shows less than this, so that a single place doesn't fill it: about 5 km.
const SPAN_MIN_DEGREES: f64 = 0.05;

/// Room around what the map is about, as a share of its size.
const PADDING: f64 = 0.12;

/// A box in lattice units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Extent {
    west: f64,
    south: f64,
    east: f64,
    north: f64,
}

impl Extent {
    /// The box around the zones; without a zone, around sites and observations. None when nothing
    /// has a place.
    pub(crate) fn of(picture: &Picture) -> Option<Extent> {
        let vertices = picture.zones.iter().flat_map(|zone| zone.area.rings()).flatten();
        let around = Extent::around(vertices.copied()).or_else(|| {
            let sites = picture.sites.iter().map(|site| site.at);
            Extent::around(sites.chain(picture.marks.iter().map(|mark| mark.at)))
        });
        around.map(Extent::padded)
    }

    /// The box around points; none where there is none.
    pub(crate) fn around(points: impl Iterator<Item = Point>) -> Option<Extent> {
        points.fold(None, |all: Option<Extent>, point| {
            let (lon, lat) = (f64::from(point.lon_e7), f64::from(point.lat_e7));
            Some(match all {
                None => Extent { west: lon, south: lat, east: lon, north: lat },
                Some(all) => Extent {
                    west: all.west.min(lon),
                    south: all.south.min(lat),
                    east: all.east.max(lon),
                    north: all.north.max(lat),
                },
            })
        })
    }

    /// With some room around it.
    pub(crate) fn padded(self) -> Extent {
        let least = SPAN_MIN_DEGREES * f64::from(UNITS_PER_DEGREE);
        let pad = |low: f64, high: f64, limit: i32| {
            let room = ((high - low) * PADDING).max((least - (high - low)) / 2.0);
            ((low - room).max(-f64::from(limit)), (high + room).min(f64::from(limit)))
        };
        let (west, east) = pad(self.west, self.east, LON_MAX_E7);
        let (south, north) = pad(self.south, self.north, LAT_MAX_E7);
        Extent { west, south, east, north }
    }

    pub(crate) fn middle(&self) -> (f64, f64) {
        ((self.west + self.east) / 2.0, (self.south + self.north) / 2.0)
    }

    pub(crate) fn width_degrees(&self) -> f64 {
        (self.east - self.west) / f64::from(UNITS_PER_DEGREE)
    }

    pub(crate) fn height_degrees(&self) -> f64 {
        (self.north - self.south) / f64::from(UNITS_PER_DEGREE)
    }
}
