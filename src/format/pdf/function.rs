//! Functions (ISO 32000-2 §7.10), as far as telling the colour of an ink or a shading needs them.

use lopdf::{Dictionary, Object, Stream};

use super::content::is_space;
use super::open::Source;

/// Steps of the budget that reading one function takes.
const FUNCTION_STEPS: usize = 8;
/// Nesting of functions, and of braces in a calculator.
const DEPTH_MAX: usize = 8;
/// Words of a calculator.
const WORDS_MAX: usize = 4_000;
/// Numbers that a calculator may have at hand (§7.10.5.2 asks for 100).
const STACK_MAX: usize = 100;

/// A function from numbers to numbers.
#[derive(Debug, Clone)]
pub(super) struct Function {
    domain: Vec<f64>,
    range: Vec<f64>,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    Sampled { size: Vec<usize>, bits: usize, decode: Vec<f64>, data: Vec<u8> },
    Exponential { from: Vec<f64>, to: Vec<f64>, exponent: f64 },
    Stitching { parts: Vec<Function>, bounds: Vec<f64>, encode: Vec<f64> },
    Calculator(Vec<Step>),
}

/// One step of a calculator.
#[derive(Debug, Clone)]
enum Step {
    Number(f64),
    Word(Vec<u8>),
    Block(Vec<Step>),
}

impl Function {
    /// Reads a function; `None` for one that cannot be worked out.
    pub(super) fn read(source: &Source, object: &Object, depth: usize) -> Option<Self> {
        let object = source.get(object);
        let dict = source.dict(object)?;
        // Few functions can name each other many times: past the budget the document is refused.
        if depth > DEPTH_MAX || !source.budget.steps(FUNCTION_STEPS) {
            return None;
        }
        let list = |key: &[u8]| -> Option<Vec<f64>> {
            let items = source.array(dict, key);
            if source.budget.steps(items.len() / 8) { items.iter().map(|item| source.to_number(item)).collect() } else { None }
        };
        let kind = match source.int(dict, b"FunctionType")? {
            0 => sampled(source, object.as_stream().ok()?)?,
            2 => {
                let or = |list: Vec<f64>, usual: f64| if list.is_empty() { vec![usual] } else { list };
                let (from, to) = (or(list(b"C0")?, 0.0), or(list(b"C1")?, 1.0));
                Kind::Exponential { from, to, exponent: source.number(dict, b"N")? }
            }
            3 => {
                let parts: Option<Vec<Self>> =
                    source.array(dict, b"Functions").iter().map(|part| Self::read(source, part, depth + 1)).collect();
                Kind::Stitching { parts: parts?, bounds: list(b"Bounds")?, encode: list(b"Encode")? }
            }
            4 => Kind::Calculator(calculator(source, object.as_stream().ok()?)?),
            _ => return None,
        };
        Some(Self { domain: list(b"Domain")?, range: list(b"Range")?, kind })
    }

    /// How many numbers it takes (Table 38).
    pub(super) fn inputs(&self) -> usize {
        match &self.kind {
            Kind::Exponential { .. } | Kind::Stitching { .. } => 1,
            Kind::Sampled { .. } | Kind::Calculator(_) => self.domain.len() / 2,
        }
    }

    /// The numbers for some numbers.
    pub(super) fn of(&self, inputs: &[f64]) -> Option<Vec<f64>> {
        let inputs: Vec<f64> = inputs.iter().enumerate().map(|(index, input)| within(*input, &self.domain, index)).collect();
        let first = *inputs.first()?;
        let outputs = match &self.kind {
            Kind::Sampled { size, bits, decode, data } => self.sample(&inputs, size, *bits, decode, data)?,
            Kind::Exponential { from, to, exponent } => {
                let part = first.powf(*exponent);
                from.iter().zip(to).map(|(from, to)| from + part * (to - from)).collect()
            }
            Kind::Stitching { parts, bounds, encode } => {
                let index = bounds.iter().take_while(|bound| first >= **bound).count().min(parts.len().checked_sub(1)?);
                let low = index.checked_sub(1).and_then(|before| bounds.get(before)).or(self.domain.first()).copied()?;
                let high = bounds.get(index).or(self.domain.get(1)).copied()?;
                let (from, to) = (*encode.get(2 * index)?, *encode.get(2 * index + 1)?);
                let share = if high > low { (first - low) / (high - low) } else { 0.0 };
                parts.get(index)?.of(&[from + share * (to - from)])?
            }
            Kind::Calculator(steps) => {
                let mut stack = inputs;
                run(steps, &mut stack)?;
                let count = self.range.len() / 2;
                stack.split_off(stack.len().checked_sub(count)?)
            }
        };
        let outputs: Vec<f64> = outputs.into_iter().enumerate().map(|(index, output)| within(output, &self.range, index)).collect();
        outputs.iter().all(|output| output.is_finite()).then_some(outputs)
    }

    /// The sample next to some numbers.
    fn sample(&self, inputs: &[f64], size: &[usize], bits: usize, decode: &[f64], data: &[u8]) -> Option<Vec<f64>> {
        let outputs = self.range.len() / 2;
        let (mut index, mut step) = (0usize, 1usize);
        for (input, (size, domain)) in inputs.iter().zip(size.iter().zip(self.domain.chunks_exact(2))) {
            let [low, high] = domain else { return None };
            let share = if high > low { (input - low) / (high - low) } else { 0.0 };
            index += (share.clamp(0.0, 1.0) * size.saturating_sub(1) as f64).round() as usize * step;
            step = step.checked_mul(*size)?;
        }
        let most = ((1u64 << bits) - 1) as f64;
        (0..outputs)
            .map(|output| {
                let bit = index.checked_mul(outputs)?.checked_add(output)?.checked_mul(bits)?;
                let value =
                    (bit..bit + bits).try_fold(0u64, |value, bit| Some(value << 1 | u64::from(data.get(bit / 8)? >> (7 - bit % 8) & 1)))?;
                let (low, high) = (*decode.get(2 * output)?, *decode.get(2 * output + 1)?);
                Some(low + value as f64 / most * (high - low))
            })
            .collect()
    }
}

/// A number inside of the limits that a list has for it.
fn within(number: f64, limits: &[f64], index: usize) -> f64 {
    match (limits.get(2 * index), limits.get(2 * index + 1)) {
        (Some(low), Some(high)) if low <= high => number.clamp(*low, *high),
        _ => number,
    }
}

fn sampled(source: &Source, stream: &Stream) -> Option<Kind> {
    let dict: &Dictionary = &stream.dict;
    let list = |key: &[u8]| -> Option<Vec<f64>> { source.array(dict, key).iter().map(|item| source.to_number(item)).collect() };
    let size = list(b"Size")?.into_iter().map(|size| size as usize).collect();
    let bits = usize::try_from(source.int(dict, b"BitsPerSample")?).ok().filter(|bits| (1..=32).contains(bits))?;
    let decode = list(b"Decode").filter(|decode| !decode.is_empty()).or_else(|| list(b"Range"))?;
    let decoded = source.decode(stream).ok().filter(|decoded| decoded.codec.is_none())?;
    Some(Kind::Sampled { size, bits, decode, data: decoded.data.into_owned() })
}

fn calculator(source: &Source, stream: &Stream) -> Option<Vec<Step>> {
    let decoded = source.decode(stream).ok().filter(|decoded| decoded.codec.is_none())?;
    let mut words = Vec::new();
    for line in decoded.data.split(|byte| matches!(byte, b'\r' | b'\n')) {
        let line = line.split(|byte| *byte == b'%').next().unwrap_or_default();
        let mut word = Vec::new();
        for byte in line.iter().chain(b" ") {
            let is_brace = matches!(byte, b'{' | b'}');
            if (is_space(*byte) || is_brace) && !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            if is_brace {
                words.push(vec![*byte]);
            } else if !is_space(*byte) {
                word.push(*byte);
            }
        }
    }
    if words.len() > WORDS_MAX {
        return None;
    }
    let mut words = words.into_iter();
    (words.next()? == b"{").then_some(())?;
    block(&mut words, 0)
}

fn block(words: &mut impl Iterator<Item = Vec<u8>>, depth: usize) -> Option<Vec<Step>> {
    if depth > DEPTH_MAX {
        return None;
    }
    let mut steps = Vec::new();
    loop {
        let word = words.next()?;
        let step = match word.as_slice() {
            b"}" => return Some(steps),
            b"{" => Step::Block(block(words, depth + 1)?),
            _ => match std::str::from_utf8(&word).ok().and_then(|word| word.parse().ok()) {
                Some(number) => Step::Number(number),
                None => Step::Word(word),
            },
        };
        steps.push(step);
    }
}

/// Runs the steps of a calculator (Table 42). `None` for one that asks for what is not there.
fn run(steps: &[Step], stack: &mut Vec<f64>) -> Option<()> {
    let truth = |is_so: bool| if is_so { 1.0 } else { 0.0 };
    for (index, step) in steps.iter().enumerate() {
        let word = match step {
            Step::Number(number) => {
                stack.push(*number);
                continue;
            }
            Step::Block(_) => continue,
            Step::Word(word) => word.as_slice(),
        };
        if stack.len() > STACK_MAX {
            return None;
        }
        let before = |back: usize| match index.checked_sub(back).and_then(|at| steps.get(at)) {
            Some(Step::Block(steps)) => Some(steps),
            _ => None,
        };
        match word {
            b"if" => {
                if stack.pop()? != 0.0 {
                    run(before(1)?, stack)?;
                }
            }
            b"ifelse" => run(if stack.pop()? == 0.0 { before(1)? } else { before(2)? }, stack)?,
            b"pop" => {
                stack.pop()?;
            }
            b"dup" => stack.push(*stack.last()?),
            b"true" => stack.push(1.0),
            b"false" => stack.push(0.0),
            b"exch" => {
                let (one, other) = (stack.pop()?, stack.pop()?);
                stack.extend([one, other]);
            }
            b"copy" => {
                let count = stack.pop()? as usize;
                stack.extend_from_within(stack.len().checked_sub(count)?..);
            }
            b"index" => {
                let back = stack.pop()? as usize;
                stack.push(*stack.iter().rev().nth(back)?);
            }
            b"roll" => {
                let (by, count) = (stack.pop()? as i64, stack.pop()? as usize);
                let top = stack.len().checked_sub(count)?;
                if count > 0 {
                    stack.get_mut(top..)?.rotate_right(by.rem_euclid(count as i64) as usize);
                }
            }
            b"abs" | b"neg" | b"ceiling" | b"floor" | b"round" | b"truncate" | b"sqrt" | b"sin" | b"cos" | b"ln" | b"log" | b"cvi"
            | b"cvr" | b"not" => {
                let number = stack.pop()?;
                stack.push(match word {
                    b"abs" => number.abs(),
                    b"neg" => -number,
                    b"ceiling" => number.ceil(),
                    b"floor" => number.floor(),
                    b"round" => number.round(),
                    b"truncate" | b"cvi" => number.trunc(),
                    b"sqrt" => number.sqrt(),
                    b"sin" => number.to_radians().sin(),
                    b"cos" => number.to_radians().cos(),
                    b"ln" => number.ln(),
                    b"log" => number.log10(),
                    b"not" => truth(number == 0.0),
                    _ => number,
                });
            }
            _ => {
                let (other, one) = (stack.pop()?, stack.pop()?);
                stack.push(match word {
                    b"add" => one + other,
                    b"sub" => one - other,
                    b"mul" => one * other,
                    b"div" => one / other,
                    b"idiv" => (one / other).trunc(),
                    b"mod" => one % other,
                    b"exp" => one.powf(other),
                    b"atan" => one.atan2(other).to_degrees().rem_euclid(360.0),
                    b"eq" => truth(one == other),
                    b"ne" => truth(one != other),
                    b"gt" => truth(one > other),
                    b"ge" => truth(one >= other),
                    b"lt" => truth(one < other),
                    b"le" => truth(one <= other),
                    b"and" => (one as i64 & other as i64) as f64,
                    b"or" => (one as i64 | other as i64) as f64,
                    b"xor" => (one as i64 ^ other as i64) as f64,
                    _ => return None,
                });
            }
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    fn of(entries: &str, data: &[u8], inputs: &[f64]) -> Option<Vec<f64>> {
        let mut file = super::super::fixture::Fixture::new();
        let number = file.stream(entries, data) as u32;
        let bytes = file.page("").build();
        let limits = Limits::default();
        let source = super::super::open::open(&bytes, &limits).expect("a sound fixture");
        Function::read(&source, &Object::Reference((number, 0)), 0)?.of(inputs)
    }

    #[test]
    fn functions_of_each_type_are_worked_out() {
        let inks = "/Domain [0 1] /Range [0 1 0 1]";
        assert_eq!(of(&format!("/FunctionType 4 {inks}"), b"{ dup .5 mul exch pop 0 exch }", &[1.0]), Some(vec![0.0, 0.5]));
        assert_eq!(of(&format!("/FunctionType 4 {inks}"), b"{ .5 gt {1 0} {0 1} ifelse }", &[0.2]), Some(vec![0.0, 1.0]));
        assert_eq!(of(&format!("/FunctionType 4 {inks}"), b"{ 3 2 1 3 1 roll pop pop }", &[0.2]), Some(vec![0.2, 1.0]));
        assert_eq!(of(&format!("/FunctionType 4 {inks}"), b"{ nonsense }", &[0.2]), None);
        let table = format!("/FunctionType 0 /Size [2] /BitsPerSample 8 {inks}");
        assert_eq!(of(&table, &[0, 0, 255, 51], &[1.0]), Some(vec![1.0, 0.2]));
        assert_eq!(of(&table, &[0, 0], &[1.0]), None);
        assert_eq!(of("/FunctionType 2 /Domain [0 1] /N 2 /C0 [1] /C1 [0]", b"", &[0.5]), Some(vec![0.75]));
        let half = "<</FunctionType 2 /Domain [0 1] /N 1 /C0 [0] /C1 [1]>>";
        let both = format!("/FunctionType 3 /Domain [0 1] /Bounds [0.5] /Encode [0 1 1 0] /Functions [{half} {half}]");
        assert_eq!(of(&both, b"", &[0.75]), Some(vec![0.5]));
    }
}
