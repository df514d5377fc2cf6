//! The base map: land, lakes, rivers and towns. It has no borders, and its files have no place to
//! name a state; `data/base.py` makes them, and says how a line is written.

use std::fmt::Write as _;

/// Coordinates are whole thousandths of a degree.
pub const BASE_UNITS_PER_DEGREE: i32 = 1_000;

/// A layer of the base map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BaseLayer {
    /// Land, without regard to what belongs to whom.
    Land,
    /// Lakes.
    Lakes,
    /// The courses of rivers, and their middle lines through lakes.
    Rivers,
    /// Towns, by their names in the source; the largest first.
    Towns,
}

/// A polygon, a river or a town.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseShape<'t> {
    /// From which zoom of a web map on it is worth drawing.
    pub zoom: u8,
    /// Rings of a polygon, the outer one first and none closed by its first point again; courses
    /// of a river; a town's one point. Longitude and latitude, see [`BASE_UNITS_PER_DEGREE`].
    pub parts: Vec<Vec<(i32, i32)>>,
    /// A town's name.
    pub name: &'t str,
}

impl BaseLayer {
    /// All layers, from the lowest to the highest.
    pub const ALL: [BaseLayer; 4] =
        [BaseLayer::Land, BaseLayer::Lakes, BaseLayer::Rivers, BaseLayer::Towns];

    /// Its name: that of its file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            BaseLayer::Land => "land",
            BaseLayer::Lakes => "lakes",
            BaseLayer::Rivers => "rivers",
            BaseLayer::Towns => "towns",
        }
    }

    /// The lines of its file.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            BaseLayer::Land => include_str!("../../../data/base/land.txt"),
            BaseLayer::Lakes => include_str!("../../../data/base/lakes.txt"),
            BaseLayer::Rivers => include_str!("../../../data/base/rivers.txt"),
            BaseLayer::Towns => include_str!("../../../data/base/towns.txt"),
        }
    }

    /// Its shapes. A line that says something else than a shape of this layer gives none.
    pub fn shapes(self) -> impl Iterator<Item = BaseShape<'static>> {
        self.text().lines().filter_map(move |line| self.shape(line))
    }

    /// The shape that a line says.
    #[must_use]
    pub fn shape(self, line: &str) -> Option<BaseShape<'_>> {
        let mut fields = line.split('\t');
        let zoom = fields.next()?.parse().ok()?;
        let parts = fields.next()?.split(';').map(points).collect::<Option<Vec<_>>>()?;
        let name = if self == BaseLayer::Towns { fields.next()? } else { "" };
        let points_min = match self {
            BaseLayer::Land | BaseLayer::Lakes => 3,
            BaseLayer::Rivers => 2,
            BaseLayer::Towns => 1,
        };
        let is_whole = parts.iter().all(|part| part.len() >= points_min);
        (fields.next().is_none() && is_whole).then_some(BaseShape { zoom, parts, name })
    }

    /// The layer as GeoJSON: `zoom`, and of towns `name`, are all that its features say.
    #[must_use]
    pub fn geojson(self) -> String {
        let mut text = String::from("{\"type\":\"FeatureCollection\",\"features\":[");
        for (n, shape) in self.shapes().enumerate() {
            text.push_str(if n == 0 { "\n" } else { ",\n" });
            self.write(&shape, &mut text);
        }
        text.push_str("\n]}\n");
        text
    }

    fn write(self, shape: &BaseShape<'_>, text: &mut String) {
        let kind = match self {
            BaseLayer::Land | BaseLayer::Lakes => "Polygon",
            BaseLayer::Rivers => "MultiLineString",
            BaseLayer::Towns => "Point",
        };
        // Writing into a String cannot fail.
        let _ = write!(text, "{{\"type\":\"Feature\",\"properties\":{{\"zoom\":{}", shape.zoom);
        if self == BaseLayer::Towns {
            text.push_str(",\"name\":\"");
            for c in shape.name.chars() {
                // The files have no sign of control, which is all else that must be escaped.
                text.extend(matches!(c, '"' | '\\').then_some('\\').into_iter().chain([c]));
            }
            text.push('"');
        }
        let _ = write!(text, "}},\"geometry\":{{\"type\":\"{kind}\",\"coordinates\":");
        if let (BaseLayer::Towns, Some(&at)) = (self, shape.parts.iter().flatten().next()) {
            position(at, text);
        } else {
            let is_closed = matches!(self, BaseLayer::Land | BaseLayer::Lakes);
            text.push('[');
            for (n, part) in shape.parts.iter().enumerate() {
                text.push_str(if n == 0 { "[" } else { ",[" });
                let again = part.first().filter(|_| is_closed);
                for (n, &at) in part.iter().chain(again).enumerate() {
                    text.push_str(if n == 0 { "" } else { "," });
                    position(at, text);
                }
                text.push(']');
            }
            text.push(']');
        }
        text.push_str("}}");
    }
}

fn position((lon, lat): (i32, i32), text: &mut String) {
    text.push('[');
    degrees(lon, text);
    text.push(',');
    degrees(lat, text);
    text.push(']');
}

fn degrees(thousandths: i32, text: &mut String) {
    let (whole, rest) = (thousandths / BASE_UNITS_PER_DEGREE, thousandths % BASE_UNITS_PER_DEGREE);
    let sign = if thousandths < 0 { "-" } else { "" };
    let digits = format!("{sign}{}.{:03}", whole.abs(), rest.abs());
    text.push_str(digits.trim_end_matches('0').trim_end_matches('.'));
}

/// The points of a part: the first, and each next one by its difference from the one before.
fn points(text: &str) -> Option<Vec<(i32, i32)>> {
    let mut numbers = text.split(' ').map(|number| number.parse::<i32>().ok());
    let (mut lon, mut lat) = (0_i32, 0_i32);
    let mut points = Vec::new();
    while let Some(step) = numbers.next() {
        lon = lon.checked_add(step?)?;
        lat = lat.checked_add(numbers.next()??)?;
        let is_here = lon.abs() <= 180 * BASE_UNITS_PER_DEGREE;
        points.push((lon, lat));
        if !is_here || lat.abs() > 90 * BASE_UNITS_PER_DEGREE {
            return None;
        }
    }
    Some(points)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_a_shape_or_nothing() {
        let land = BaseLayer::Land.shape("0\t10 20 5 0 0 -5;11 19 1 0 0 1").unwrap();
        assert_eq!(land.parts, [[(10, 20), (15, 20), (15, 15)], [(11, 19), (12, 19), (12, 20)]]);
        let town = BaseLayer::Towns.shape("7\t-10 -2000\tA \"town\"").unwrap();
        assert_eq!((town.zoom, town.name), (7, "A \"town\""));
        let mut text = String::new();
        BaseLayer::Towns.write(&town, &mut text);
        let whole = r#"{"type":"Feature","properties":{"zoom":7,"name":"A \"town\""},"#;
        let place = r#""geometry":{"type":"Point","coordinates":[-0.01,-2]}}"#;
        assert_eq!(text, format!("{whole}{place}"));
        for bad in [
            "",
            "0",
            "0\t1",
            "0\t1 2 3 4",
            "0\t1 2 3 4 5",
            "a\t1 2 3 4 5 6",
            "0\t1 2 3 4 5 6\tname",
            "0\t180001 0 1 1 1 1",
            "0\t0 2147483647 0 1 0 1",
        ] {
            assert_eq!(BaseLayer::Land.shape(bad), None, "{bad:?}");
        }
        assert_eq!(BaseLayer::Towns.shape("7\t1 2\tname\tstate"), None);
    }
}
