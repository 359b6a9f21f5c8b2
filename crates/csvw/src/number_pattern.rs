//! Number patterns. In: a pattern of UAX 35 such as `#,##0.0#`. Out: how many digits a number must have and where its
//! groups are. <https://www.unicode.org/reports/tr35/tr35-numbers.html#Number_Format_Patterns>

/// What a pattern such as `#,##0.0#` demands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Pattern {
    pub prefix: String,
    pub suffix: String,
    integer_min: usize,
    /// Sizes of the last group and of those before it; 0 where there are no groups.
    groups: (usize, usize),
    fraction: (usize, usize),
    fraction_group: usize,
    exponent: Option<(usize, usize)>,
}

/// A pattern that is not one of UAX 35, or uses symbols that the standard does not ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BadPattern;

impl Pattern {
    pub(crate) fn parse(text: &str, decimal: char, group: char) -> Result<Self, BadPattern> {
        let body = |c: char| c == '#' || c == '0' || c == group || c == decimal;
        let start = text.find(body).ok_or(BadPattern)?;
        let (prefix, rest) = text.split_at(start);
        let end = rest.find(|c: char| !body(c)).unwrap_or(rest.len());
        let (mantissa, mut suffix) = rest.split_at(end);
        let mut pattern = Self { prefix: prefix.to_owned(), ..Self::default() };
        if let Some(exponent) = suffix.strip_prefix('E') {
            let digits = exponent.strip_prefix('+').unwrap_or(exponent);
            let end = digits.find(|c: char| c != '#' && c != '0').unwrap_or(digits.len());
            let (digits, after) = digits.split_at(end);
            pattern.exponent = Some((required(digits)?, digits.len()));
            suffix = after;
        }
        suffix.clone_into(&mut pattern.suffix);
        let affixes = prefix.chars().chain(suffix.chars());
        if !affixes.clone().all(|c| "+-%‰".contains(c)) || affixes.count() > 2 {
            return Err(BadPattern);
        }
        let (integer, fraction) = mantissa.split_once(decimal).unwrap_or((mantissa, ""));
        if fraction.contains(decimal) {
            return Err(BadPattern);
        }
        pattern.read_integer(integer, group)?;
        pattern.read_fraction(fraction, group)?;
        Ok(pattern)
    }

    fn read_integer(&mut self, text: &str, group: char) -> Result<(), BadPattern> {
        let digits: String = text.chars().filter(|c| *c != group).collect();
        self.integer_min = required(&digits).or_else(|fault| if digits.is_empty() { Ok(0) } else { Err(fault) })?;
        let groups: Vec<usize> = text.split(group).map(str::len).collect();
        if let [.., before, last] = groups[..] {
            if last == 0 {
                return Err(BadPattern);
            }
            self.groups = (last, if groups.len() > 2 { before } else { last });
        }
        Ok(())
    }

    fn read_fraction(&mut self, text: &str, group: char) -> Result<(), BadPattern> {
        let digits: String = text.chars().filter(|c| *c != group).collect();
        let zeros = digits.bytes().take_while(|&byte| byte == b'0').count();
        if digits[zeros..].contains('0') {
            return Err(BadPattern);
        }
        self.fraction = (zeros, digits.len());
        if let Some((first, _)) = text.split_once(group) {
            self.fraction_group = first.len();
            if first.is_empty() {
                return Err(BadPattern);
            }
        }
        Ok(())
    }

    pub(crate) fn integer_fits(&self, text: &str, group: Option<char>) -> bool {
        let parts: Vec<&str> = match group {
            Some(group) => text.split(group).collect(),
            None => vec![text],
        };
        let all_digits = parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
        let digits: usize = parts.iter().map(|part| part.len()).sum();
        if !all_digits || digits < self.integer_min || digits == 0 && self.fraction.1 == 0 {
            return false;
        }
        let (last_size, size) = self.groups;
        if last_size == 0 {
            return parts.len() == 1;
        }
        let Some((last, before)) = parts.split_last() else { return false };
        let Some((first, middle)) = before.split_first() else { return last.len() <= last_size };
        last.len() == last_size && middle.iter().all(|part| part.len() == size) && (1..=size).contains(&first.len())
    }

    pub(crate) fn fraction_fits(&self, text: Option<&str>, group: Option<char>) -> bool {
        let Some(text) = text else { return self.fraction.0 == 0 };
        let parts: Vec<&str> = match group.filter(|_| self.fraction_group > 0) {
            Some(group) => text.split(group).collect(),
            None => vec![text],
        };
        let digits: usize = parts.iter().map(|part| part.len()).sum();
        let all_digits = parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
        let grouped = self.fraction_group == 0
            || parts.split_last().is_some_and(|(last, before)| {
                last.len() <= self.fraction_group && before.iter().all(|part| part.len() == self.fraction_group)
            });
        all_digits && grouped && (self.fraction.0.max(1)..=self.fraction.1).contains(&digits)
    }

    pub(crate) fn exponent_fits(&self, text: Option<&str>) -> bool {
        match (self.exponent, text) {
            (None, None) => true,
            (Some((min, max)), Some(text)) => {
                let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
                digits.bytes().all(|byte| byte.is_ascii_digit()) && (min..=max).contains(&digits.len())
            }
            _ => false,
        }
    }
}

/// Returns the number of `0` in digits that begin with optional ones (`#`); at least one digit must be there.
fn required(digits: &str) -> Result<usize, BadPattern> {
    let zeros = digits.trim_start_matches('#');
    let well_formed = !digits.is_empty() && zeros.bytes().all(|byte| byte == b'0');
    if well_formed { Ok(zeros.len()) } else { Err(BadPattern) }
}
