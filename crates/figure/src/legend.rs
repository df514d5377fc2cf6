//! The key of a map: which shape means what, always drawn.

use crate::marks;
use crate::svg::{Px, Svg, grouped};
use crate::tally::Tally;
use servanda_comply::answer::Phase;
use servanda_comply::picture::{Picture, Standing};

const ROW_PX: f64 = 23.0;
const COLUMNS: usize = 2;

enum Symbol {
    Zone,
    Disc,
    Mark(Standing, Option<Phase>),
    ControlSite,
    ProtectedSite,
}

/// The rows of a key for what a picture holds.
pub(crate) struct Legend {
    entries: Vec<(Symbol, String)>,
}

impl Legend {
    pub(crate) fn of(picture: &Picture, tallies: &[Tally], discs: bool) -> Legend {
        let mut entries = Vec::new();
        let of = |standing: Standing| tallies.iter().find(|t| t.standing == standing);
        let (inside, straddling) = (of(Standing::Inside), of(Standing::Straddling));
        // The three phases are always named, also with nothing in them.
        for (phase, name) in
            [(Phase::Before, "Before"), (Phase::During, "During"), (Phase::After, "After")]
        {
            let count = |tally: &Tally| match phase {
                Phase::Before => tally.before,
                Phase::During => tally.during,
                Phase::After => tally.after,
            };
            let n = inside.map_or(0, count) + straddling.map_or(0, count);
            let text = format!("{name}: {} in the zone or on its border", grouped(n));
            entries.push((Symbol::Mark(Standing::Inside, Some(phase)), text));
        }
        let no_phase = inside.map_or(0, |t| t.no_phase) + straddling.map_or(0, |t| t.no_phase);
        if no_phase > 0 {
            let text = format!("In two phases or in none: {}", grouped(no_phase));
            entries.push((Symbol::Mark(Standing::Inside, None), text));
        }
        for (standing, phase, name) in [
            (Standing::Straddling, Phase::During, "Dashed ring: on the border"),
            (Standing::Control, Phase::During, "At a control site, not counted"),
            (Standing::Excepted, Phase::During, "Struck through: an exception takes it out"),
            (Standing::Outside, Phase::Before, "Small and grey: outside the zone"),
        ] {
            let n = of(standing).map_or(0, Tally::all);
            if n > 0 {
                let text = format!("{name}: {}", grouped(n));
                entries.push((Symbol::Mark(standing, Some(phase)), text));
            }
        }
        if discs {
            entries.push((Symbol::Disc, "Thin circle: how far a place is uncertain".to_owned()));
        }
        if !picture.zones.is_empty() {
            entries.push((Symbol::Zone, "Zone of the agreement".to_owned()));
        }
        let protected = picture.sites.iter().filter(|site| site.protected).count();
        let control = picture.sites.len() - protected;
        if control > 0 {
            let text = format!("Control sites: {}", grouped(control as u64));
            entries.push((Symbol::ControlSite, text));
        }
        if protected > 0 {
            let text = format!("Protected sites: {}", grouped(protected as u64));
            entries.push((Symbol::ProtectedSite, text));
        }
        Legend { entries }
    }

    pub(crate) fn height(&self) -> f64 {
        self.entries.len().div_ceil(COLUMNS) as f64 * ROW_PX
    }

    /// Draws the key with its upper left corner there.
    pub(crate) fn draw(&self, svg: &mut Svg, left: f64, top: f64, width: f64) {
        let rows = self.entries.len().div_ceil(COLUMNS).max(1);
        for (place, (symbol, text)) in self.entries.iter().enumerate() {
            let x = left + (place / rows) as f64 * width / COLUMNS as f64 + 10.0;
            let y = top + (place % rows) as f64 * ROW_PX + ROW_PX / 2.0;
            match symbol {
                Symbol::Zone => svg.put(format_args!(
                    "<rect class=\"zone\" x=\"{}\" y=\"{}\" width=\"16\" height=\"12\"/>",
                    Px(x - 8.0),
                    Px(y - 6.0)
                )),
                Symbol::Disc => svg.put(format_args!(
                    "<g class=\"disc\"><circle cx=\"{}\" cy=\"{}\" r=\"8\"/></g>",
                    Px(x),
                    Px(y)
                )),
                Symbol::Mark(standing, phase) => marks::sample(svg, *standing, *phase, x, y),
                Symbol::ControlSite => site(svg, x, y, false),
                Symbol::ProtectedSite => site(svg, x, y, true),
            }
            svg.text(x + 17.0, y + 4.5, "label", text);
        }
    }
}

/// A site's symbol: a ringed dot for a control, a house for what is protected.
pub(crate) fn site(svg: &mut Svg, x: f64, y: f64, protected: bool) {
    if protected {
        svg.put(format_args!(
            "<path class=\"site protected\" d=\"M{} {}l6 5v7h-12v-7z\"/>",
            Px(x),
            Px(y - 6.0)
        ));
    } else {
        svg.put(format_args!(
            "<g class=\"site\"><circle cx=\"{x}\" cy=\"{y}\" r=\"5\"/>\
             <circle class=\"dot\" cx=\"{x}\" cy=\"{y}\" r=\"1.6\"/></g>",
            x = Px(x),
            y = Px(y)
        ));
    }
}
