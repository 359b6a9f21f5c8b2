//! Cases made by chance: a few people and companies, facts and claims with and without dates, sources that come later. In: a number.
//! Out: the files of a case, the same for the same number.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// Numbers that look like chance (`SplitMix64`).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % bound
    }

    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        let count = choices.len() as u64;
        choices[usize::try_from(self.below(count)).expect("a small number")]
    }

    fn date(&mut self) -> &'static str {
        self.of(&["", "2013", "2013-05", "2014-05-22", "2015-01~", "[2012..2014]", "2016-02-29", "2017?", "2018-03"])
    }
}

/// Writes a case folder.
pub(super) fn write(number: u64, folder: &Path) {
    let mut chance = Chance(number);
    let file = |name: &str, text: String| fs::write(folder.join(name), text).expect("a table");
    file(
        "case.toml",
        "title = \"Generated\"\ndescription = \"Told at the end\"\nbase = \"https://example.org/t/id/\"\n".to_owned(),
    );
    let mut companies = "id,label,alias,founded,dissolved,known_since,source,locator,note\n".to_owned();
    for n in 0..4 {
        let (founded, dissolved) = (chance.of(&["", "2001", "2010-05"]), chance.of(&["", "2016-05-05", "2019"]));
        let (known, source) = (chance.date(), chance.below(4));
        writeln!(companies, "firm-{n},Firm numbered {n},Trader {n}th,{founded},{dissolved},{known},paper-{source},page {n}9{n},Remark upon firm {n}")
            .expect("a text");
    }
    file("companies.csv", companies);
    let mut people = "id,label,role,affiliation,known_since,source,note\n".to_owned();
    for n in 0..3 {
        let (firm, known, source) = (chance.below(4), chance.date(), chance.of(&["", "paper-0", "paper-2"]));
        writeln!(
            people,
            "person-{n},Person numbered {n},Role of {n},firm-{firm},{known},{source},Remark upon person {n}"
        )
        .expect("a text");
    }
    file("people.csv", people);
    let mut sources = "id,title,publisher,date,accessed,url,kind,derived_from,note\n".to_owned();
    for n in 0..4 {
        let (date, read) = (chance.date(), chance.of(&["", "2017-01-01"]));
        let from = if n > 0 { format!("paper-{}", n - 1) } else { String::new() };
        writeln!(sources, "paper-{n},Title of paper {n},Publisher {n}th,{date},{read},https://paper-{n}.example/x,news,{from},Remark upon paper {n}")
            .expect("a text");
    }
    file("sources.csv", sources);
    let mut relations =
        "id,subject,predicate,object,value,begin,end,known_since,status,confidence,source,locator,note\n".to_owned();
    for n in 0..7 {
        let (from, to) = (chance.below(4), 1 + chance.below(3));
        let begin = chance.of(&["", "2012", "2013-05", "2014-02?"]);
        let end = chance.of(&["", "..", "2015", "2016-06-06", "2019-09"]);
        let status = chance.of(&["confirmed", "asserted", "disputed", "refuted", "inferred"]);
        let (known, source) = (chance.date(), chance.of(&["", "paper-0", "paper-1", "paper-3"]));
        writeln!(relations, "rel.{n},firm-{from},ownedBy,firm-{},,{begin},{end},{known},{status},8{n},{source},column {n}7{n},Remark upon fact {n}",
            (from + to) % 4).expect("a text");
    }
    file("relations.csv", relations);
    let mut claims = "id,claimant,stance,about,text,made_on,known_since,status,source,locator,note\n".to_owned();
    for n in 0..5 {
        let (who, stance) = (chance.below(3), chance.of(&["affirms", "denies", "retracts"]));
        let about =
            if n > 1 && chance.below(3) == 0 { format!("claim.{}", n - 1) } else { format!("rel.{}", chance.below(7)) };
        let (about, text) = if chance.below(5) == 0 {
            (String::new(), format!("Words spoken {n} times"))
        } else {
            (about, String::new())
        };
        let (made, known, source) =
            (chance.of(&["2014", "2014-05-22", "2016"]), chance.date(), chance.of(&["", "paper-1", "paper-2"]));
        writeln!(claims, "claim.{n},person-{who},{stance},{about},{text},{made},{known},confirmed,{source},minute {n}5{n},Remark upon claim {n}")
            .expect("a text");
    }
    file("claims.csv", claims);
    let mut citations = "fact,source,stance,locator\n".to_owned();
    for n in 0..2 {
        let (source, stance) = (chance.below(4), chance.of(&["supports", "disputes"]));
        writeln!(citations, "rel.{n},paper-{source},{stance},leaf {n}3{n}").expect("a text");
    }
    file("citations.csv", citations);
    let mut disclosures = "id,fact,audience,date,kind,known_since,note\n".to_owned();
    for n in 0..2 {
        let (audience, date) = (chance.of(&["", "firm-1"]), chance.of(&["2013-07", "2014-05-22", "2016"]));
        // What the public was told, it knows of.
        let known = if audience.is_empty() { "" } else { chance.date() };
        writeln!(disclosures, "event-{n},rel.{}|rel.6,{audience},{date},leak,{known},Remark upon event {n}", n + 2)
            .expect("a text");
    }
    file("disclosures.csv", disclosures);
    file("redirects.csv", "old,new\nformer-firm,firm-1\n".to_owned());
}
