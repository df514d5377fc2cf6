use super::*;
use crate::api::ground::Shape;
use servanda_place::Point;

const PROPERTIES: [Property; 5] = [
    Property { name: "what", kind: Kind::Text, about: "" },
    Property { name: "n", kind: Kind::Number, about: "" },
    Property { name: "starts", kind: Kind::Time, about: "" },
    Property { name: "by_hand", kind: Kind::Bool, about: "" },
    Property { name: "party", kind: Kind::Text, about: "" },
];

/// An explosion of 5, on 5 January 2030 at ten, by nobody; and where.
struct Seen(Shape<'static>);

impl Asked for Seen {
    fn field(&self, property: usize) -> Field<'_> {
        match PROPERTIES[property].name {
            "what" => Field::text("explosion"),
            "n" => Field::whole(5),
            "starts" => Field::Time(Instant::parse("2030-01-05T10:00:00Z", None).unwrap()),
            "by_hand" => Field::Bool(false),
            _ => Field::Null,
        }
    }

    fn shape(&self) -> Shape<'_> {
        self.0
    }
}

fn seen() -> Seen {
    Seen(Shape::Point(Point { lon_e7: 100_000_000, lat_e7: 500_000_000 }))
}

#[test]
fn what_holds_and_what_does_not() {
    for (filter, holds) in [
        ("what = 'explosion'", true),
        ("WHAT = 'x' OR what = 'explosion'", false),
        ("what <> 'explosion'", false),
        ("'a' < what", true),
        ("n = 5 and n >= 5 AND n <= 5.0 AND n > 4.999999999 AND n < 5e0", false),
        ("n = 5 and n >= 5 AND n <= 5.0 AND n > 4.999999999 AND n < 5.1e0", true),
        ("n = -5", false),
        ("\"n\" = 5", true),
        ("starts = TIMESTAMP('2030-01-05T10:00:00Z')", true),
        ("starts >= DATE('2030-01-05') AND starts < DATE('2030-01-06')", true),
        ("starts > '2030-01-05T09:59:59Z'", true),
        ("by_hand", false),
        ("NOT by_hand", true),
        ("by_hand = FALSE", true),
        ("TRUE", true),
        ("FALSE OR (TRUE AND NOT FALSE)", true),
        // What is unknown is neither true nor false.
        ("party = 'N'", false),
        ("NOT party = 'N'", false),
        ("party = 'N' OR n = 5", true),
        ("NOT (party = 'N' AND n = 6)", true),
        ("party IS NULL", true),
        ("party IS NOT NULL", false),
        ("what IS NULL", false),
        ("what LIKE 'expl%'", true),
        ("what LIKE '_xplo%n'", true),
        ("what LIKE 'explo'", false),
        ("what LIKE '%\\%'", false),
        ("what NOT LIKE '%z%'", true),
        ("party LIKE '%'", false),
        ("n BETWEEN 1 AND 5", true),
        ("n NOT BETWEEN 1 AND 5", false),
        ("n BETWEEN 6 AND 9 OR n = 5", true),
        ("what IN ('alarm', 'explosion')", true),
        ("what NOT IN ('alarm')", true),
        ("S_INTERSECTS(geometry, POINT(10 50))", true),
        ("S_INTERSECTS(geometry, POINT(10 50.0000001))", false),
        ("S_INTERSECTS(BBOX(9,49,11,51), geometry)", true),
        ("s_intersects(geometry, BBOX(9,49,0,11,51,100))", true),
        ("S_INTERSECTS(geometry, BBOX(11,49,9,51))", false),
        ("geometry IS NOT NULL", true),
        ("T_INTERSECTS(starts, INTERVAL('2030-01-01', '..'))", true),
        ("T_AFTER(starts, DATE('2030-01-04'))", true),
        ("T_DURING(starts, DATE('2030-01-05'))", true),
        ("T_BEFORE(starts, TIMESTAMP('2030-01-05T10:00:00Z'))", false),
        ("T_EQUALS(INTERVAL(starts, starts), TIMESTAMP('2030-01-05T10:00:00Z'))", true),
    ] {
        match Filter::read(filter, &PROPERTIES) {
            Ok(read) => assert_eq!(read.holds(&seen()), holds, "{filter}"),
            // Names of properties are told apart by their case.
            Err(why) => assert!(filter.contains("WHAT") && why.contains("WHAT"), "{filter}: {why}"),
        }
    }
    let nowhere = Seen(Shape::Nowhere);
    for (filter, holds) in [
        ("S_INTERSECTS(geometry, POINT(10 50))", false),
        ("NOT S_INTERSECTS(geometry, POINT(10 50))", false),
        ("geometry IS NULL", true),
    ] {
        let read = Filter::read(filter, &PROPERTIES).unwrap();
        assert_eq!(read.holds(&nowhere), holds, "{filter}");
    }
}

#[test]
fn what_makes_no_sense_says_why() {
    for (filter, why) in [
        ("", "ends too early"),
        ("what", "comparison is missing"),
        ("what =", "ends too early"),
        ("what = explosion", "no property \"explosion\""),
        ("what = 5", "a text is compared with a number"),
        ("n = 'five'", "a number is compared with a text"),
        ("starts = 'yesterday'", "not a time"),
        ("starts = what", "a text is compared with a time"),
        ("what = 'a' what = 'b'", "AND or OR"),
        ("what = 'a", "never closed"),
        ("what ~ 'a'", "no meaning"),
        ("n + 1 = 2", "no meaning"),
        ("(n = 1", "\")\" is missing"),
        ("n = 1)", "AND or OR"),
        ("n IS 5", "NULL is missing"),
        ("n LIKE '5'", "asks about texts"),
        ("what LIKE what", "text in single quotes"),
        ("n BETWEEN 1", "AND between"),
        ("n IN ()", "no value"),
        ("geometry = 5", "S_INTERSECTS or IS NULL"),
        ("S_WITHIN(geometry, POINT(1 1))", "S_INTERSECTS alone"),
        ("S_INTERSECTS(geometry, POLYGON((0 0,1 0,1 1,0 0)))", "POINT, BBOX"),
        ("S_INTERSECTS(geometry, geometry)", "needs the property"),
        ("S_INTERSECTS(geometry, POINT(181 0))", "longitude"),
        ("S_INTERSECTS(geometry, BBOX(1,2,3))", "four numbers"),
        ("T_AFTER(what, DATE('2030-01-01'))", "a time is missing"),
        ("T_AFTER(starts, INTERVAL('2031-01-01','2030-01-01'))", "before it begins"),
        ("n = 1e99", "no number"),
        ("NOT NOT by_hand", "no property \"NOT\""),
    ] {
        match Filter::read(filter, &PROPERTIES) {
            Err(said) => assert!(said.contains(why), "{filter}: {said}"),
            Ok(read) => panic!("{filter}: {read:?}"),
        }
    }
    let deep = format!("{}n = 1{}", "(".repeat(40), ")".repeat(40));
    assert!(Filter::read(&deep, &PROPERTIES).unwrap_err().contains("deep"));
    let long = format!("n = 1{}", " OR n = 1".repeat(2_000));
    assert!(Filter::read(&long, &PROPERTIES).unwrap_err().contains("bytes"));
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "[\\PC']{0,80}", words in proptest::collection::vec(
        proptest::sample::select(vec!["(", ")", "NOT", "AND", "OR", "what", "=", "'a'", "5", ",",
            "IN", "BETWEEN", "LIKE", "IS", "NULL", "INTERVAL", "S_INTERSECTS", "T_AFTER",
            "POINT", "BBOX", "geometry", "DATE", "starts", "'2030-01-01'", "'..'", "-1"]), 0..30))
    {
        let words = words.join(" ");
        for text in [text, words] {
            if let Ok(read) = Filter::read(&text, &PROPERTIES) {
                read.holds(&seen());
            }
        }
    }
}
