//! Upload validation: what a module may contain, and the facts that instrumentation needs.
//!
//! It runs on the module as uploaded. wasmparser's validator refuses every operator and type outside the
//! feature set; the limits of `obolus_abi::limits` and the rules on imports and exports are checked here.

use std::collections::BTreeSet;

use obolus_abi::hostcall::{HOST_CALLS, IMPORT_MODULE, READ_PREFIX, WRITE_PREFIX};
use obolus_abi::limits;
use obolus_protocol::tx::EntryName;
use wasmparser::{
    ExternalKind, FuncToValidate, FuncType, FunctionBody, Operator, Parser, Payload, TypeRef,
    ValType, ValidPayload, Validator, ValidatorResources, WasmFeatures,
};

use super::UploadError;

/// What rustc emits for integer code, and wide arithmetic; nothing else.
const FEATURES: WasmFeatures = WasmFeatures::MUTABLE_GLOBAL
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::BULK_MEMORY_OPT)
    .union(WasmFeatures::CALL_INDIRECT_OVERLONG)
    .union(WasmFeatures::WIDE_ARITHMETIC);
/// Exported globals that the linker adds.
const LINKER_GLOBALS: [&str; 2] = ["__data_end", "__heap_base"];

/// What later steps need to know of a module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// Imported functions.
    pub imports: u32,
    /// Function types.
    pub types: u32,
    /// Globals.
    pub globals: u32,
    /// Functions in order, imports not counted.
    pub functions: Vec<FunctionFacts>,
    /// Pages of memory at the start.
    pub pages: u64,
    /// Most parameters of a function type.
    pub params: u64,
    /// Elements of the table.
    pub elements: u64,
    /// Data segments.
    pub segments: u64,
    /// Exported entries, prefix included.
    pub entries: BTreeSet<String>,
}

/// What instrumentation needs to know of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FunctionFacts {
    /// Its frame's cost on the stack counter.
    pub cost: u32,
    /// Its locals, parameters included.
    pub locals: u32,
    /// Bytes of its body.
    pub bytes: u64,
    /// Its branch work, see [`limits::MAX_BRANCH_WORK`].
    pub work: u64,
    /// Its result; there is at most one.
    pub result: Option<ValType>,
}

/// Checks a module.
pub(super) fn validate(module: &[u8]) -> Result<Facts, UploadError> {
    if module.len() > limits::MAX_CODE {
        return Err(UploadError::TooLarge(module.len()));
    }
    let mut validator = Validator::new_with_features(FEATURES);
    let mut facts = Facts::default();
    let mut types: Vec<FuncType> = Vec::new();
    let mut function_types: Vec<u32> = Vec::new();
    let mut has_memory = false;
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload.map_err(invalid)?;
        if let ValidPayload::Func(function, body) = validator.payload(&payload).map_err(invalid)? {
            let checked = check_function(function, &body)?;
            facts.functions.push(checked);
        }
        match payload {
            Payload::TypeSection(section) => {
                for ty in section.into_iter_err_on_gc_types() {
                    let ty = ty.map_err(invalid)?;
                    at_most(
                        "parameters of a function",
                        ty.params().len(),
                        limits::MAX_PARAMS,
                    )?;
                    facts.params = facts.params.max(ty.params().len() as u64);
                    types.push(ty);
                }
                facts.types = count(types.len());
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import.map_err(invalid)?;
                    let ty = check_import(import.module, import.name, import.ty, &types)?;
                    function_types.push(ty);
                }
                facts.imports = count(function_types.len());
            }
            Payload::FunctionSection(section) => {
                at_most(
                    "functions",
                    section.count() as usize,
                    limits::MAX_FUNCTIONS as usize,
                )?;
                for ty in section {
                    function_types.push(ty.map_err(invalid)?);
                }
            }
            Payload::TableSection(section) => {
                at_most("tables", section.count() as usize, 1)?;
                for table in section {
                    let elements = table.map_err(invalid)?.ty.initial;
                    at_most_u64("table elements", elements, limits::MAX_TABLE.into())?;
                    facts.elements = elements;
                }
            }
            Payload::MemorySection(section) => {
                at_most("memories", section.count() as usize, 1)?;
                for memory in section {
                    facts.pages = memory.map_err(invalid)?.initial;
                    at_most_u64("memory pages", facts.pages, limits::MAX_MEMORY_PAGES.into())?;
                }
            }
            Payload::GlobalSection(section) => {
                facts.globals = section.count();
                at_most(
                    "globals",
                    section.count() as usize,
                    limits::MAX_GLOBALS as usize,
                )?;
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export.map_err(invalid)?;
                    match (export.kind, export.name) {
                        (ExternalKind::Memory, "memory") => has_memory = true,
                        (ExternalKind::Global, name) if LINKER_GLOBALS.contains(&name) => {}
                        (ExternalKind::Func, name) => {
                            let ty = function_types.get(export.index as usize);
                            let ty = ty.and_then(|ty| types.get(*ty as usize));
                            check_entry(name, ty)?;
                            facts.entries.insert(name.to_owned());
                        }
                        (_, name) => return Err(UploadError::Export(name.to_owned())),
                    }
                }
            }
            Payload::StartSection { .. } => return Err(UploadError::Start),
            Payload::DataSection(section) => {
                let max = limits::MAX_DATA_SEGMENTS as usize;
                at_most("data segments", section.count() as usize, max)?;
                facts.segments = section.count().into();
            }
            Payload::ElementSection(section) => {
                at_most("element segments", section.count() as usize, 1)?
            }
            _ => {}
        }
    }
    if !has_memory {
        return Err(UploadError::NoMemory);
    }
    if facts.entries.is_empty() {
        return Err(UploadError::NoEntry);
    }
    Ok(facts)
}

fn check_import(
    module: &str,
    name: &str,
    ty: TypeRef,
    types: &[FuncType],
) -> Result<u32, UploadError> {
    let call = HOST_CALLS
        .iter()
        .find(|call| module == IMPORT_MODULE && call.name == name);
    let (Some(call), TypeRef::Func(index)) = (call, ty) else {
        return Err(UploadError::UnknownImport {
            module: module.to_owned(),
            name: name.to_owned(),
        });
    };
    let params = call.args.iter().map(|(_, kind)| match kind.is_i64() {
        true => ValType::I64,
        false => ValType::I32,
    });
    let found = types.get(index as usize);
    let same = found.is_some_and(|found| {
        found.params().iter().copied().eq(params) && found.results() == [ValType::I64]
    });
    if same {
        Ok(index)
    } else {
        Err(UploadError::ImportSignature(name.to_owned()))
    }
}

fn check_entry(name: &str, ty: Option<&FuncType>) -> Result<(), UploadError> {
    let entry = name
        .strip_prefix(WRITE_PREFIX)
        .or_else(|| name.strip_prefix(READ_PREFIX))
        .map(EntryName::new);
    let typed = ty.is_some_and(|ty| ty.params().is_empty() && ty.results() == [ValType::I32]);
    match entry {
        Some(Ok(_)) if typed => Ok(()),
        _ => Err(UploadError::Export(name.to_owned())),
    }
}

/// Validates a body operator by operator and measures its deepest operand stack.
fn check_function(
    function: FuncToValidate<ValidatorResources>,
    body: &FunctionBody<'_>,
) -> Result<FunctionFacts, UploadError> {
    at_most(
        "bytes in a function body",
        body.as_bytes().len(),
        limits::MAX_FUNCTION_BODY,
    )?;
    let mut validator = function.into_validator(Default::default());
    let mut operators = body.get_operators_reader().map_err(invalid)?;
    let mut locals = body.get_locals_reader().map_err(invalid)?;
    for _ in 0..locals.get_count() {
        let offset = locals.original_position();
        let (number, ty) = locals.read().map_err(invalid)?;
        validator
            .define_locals(offset, number, ty)
            .map_err(invalid)?;
        at_most(
            "locals of a function",
            validator.len_locals() as usize,
            limits::MAX_LOCALS as usize,
        )?;
    }
    at_most(
        "locals of a function",
        validator.len_locals() as usize,
        limits::MAX_LOCALS as usize,
    )?;
    let result = result_of(&validator)?;
    let mut deepest = 0;
    let mut computed: u32 = 0;
    let mut branches: u64 = 0;
    let mut nesting = Nesting::default();
    while !operators.eof() {
        let offset = operators.original_position();
        let operator = operators.read().map_err(invalid)?;
        validator.op(offset, &operator).map_err(invalid)?;
        refuse_float(&operator)?;
        computed = computed.saturating_add(values(&operator));
        branches += targets(&operator);
        at_most(
            "loops in one another",
            nesting.loops_after(&operator),
            limits::MAX_LOOP_DEPTH,
        )?;
        deepest = deepest.max(validator.operand_stack_height());
    }
    let end = operators.original_position();
    operators
        .get_binary_reader()
        .finish_expression(&validator.visitor(end))
        .map_err(invalid)?;
    let work = branches * (u64::from(validator.len_locals()) + 1);
    at_most_u64(
        "units of branch work in a function (branches times locals)",
        work,
        limits::MAX_BRANCH_WORK,
    )?;
    Ok(FunctionFacts {
        work,
        locals: validator.len_locals(),
        bytes: body.as_bytes().len() as u64,
        cost: limits::STACK_FRAME
            + validator.len_locals()
            + deepest
            + computed / limits::STACK_OPERATORS,
        result,
    })
}

/// How many values the compiler may keep in the native frame for an operator: it finds equal computations and moves
/// them out of loops, so that a value can live far longer than on the operand stack.
fn values(operator: &Operator<'_>) -> u32 {
    match operator {
        Operator::I64Add128
        | Operator::I64Sub128
        | Operator::I64MulWideS
        | Operator::I64MulWideU => 2,
        _ => 1,
    }
}

/// The blocks that are open.
#[derive(Default)]
struct Nesting {
    /// Whether each is a loop, outermost first.
    open: Vec<bool>,
    /// How many are.
    loops: usize,
}

impl Nesting {
    /// How many loops are open after an operator.
    fn loops_after(&mut self, operator: &Operator<'_>) -> usize {
        match operator {
            Operator::Loop { .. } => {
                self.open.push(true);
                self.loops += 1;
            }
            Operator::Block { .. } | Operator::If { .. } => self.open.push(false),
            Operator::End if self.open.pop() == Some(true) => self.loops -= 1,
            _ => {}
        }
        self.loops
    }
}

/// Where control can go or come together because of an operator.
fn targets(operator: &Operator<'_>) -> u64 {
    match operator {
        Operator::Block { .. }
        | Operator::Loop { .. }
        | Operator::If { .. }
        | Operator::Else
        | Operator::Br { .. }
        | Operator::BrIf { .. }
        | Operator::Return => 1,
        Operator::BrTable { targets } => u64::from(targets.len()) + 1,
        _ => 0,
    }
}

macro_rules! name_of {
    ($( @$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*) )*) => {
        /// The operator's name.
        fn name_of(operator: &Operator<'_>) -> &'static str {
            match operator {
                $( Operator::$op { .. } => stringify!($op), )*
                _ => "unknown",
            }
        }
    };
}
wasmparser::for_each_operator!(name_of);

/// The validator lets some float operators through in code that cannot be reached; they are refused all the same.
fn refuse_float(operator: &Operator<'_>) -> Result<(), UploadError> {
    let name = name_of(operator);
    if name.contains("F32") || name.contains("F64") {
        return Err(UploadError::Invalid(format!("the float operator {name}")));
    }
    Ok(())
}

fn result_of(
    validator: &wasmparser::FuncValidator<ValidatorResources>,
) -> Result<Option<ValType>, UploadError> {
    use wasmparser::WasmModuleResources as _;
    let resources = validator.resources();
    let ty = resources.type_index_of_function(validator.index());
    let ty = ty.and_then(|ty| resources.sub_type_at(ty));
    match ty.map(|ty| ty.unwrap_func().results()) {
        Some([]) => Ok(None),
        Some([result]) => Ok(Some(*result)),
        _ => Err(UploadError::Invalid(
            "a function returns several values".into(),
        )),
    }
}

fn at_most(what: &'static str, found: usize, max: usize) -> Result<(), UploadError> {
    at_most_u64(what, found as u64, max as u64)
}

fn at_most_u64(what: &'static str, found: u64, max: u64) -> Result<(), UploadError> {
    if found > max {
        return Err(UploadError::TooMany { what, found, max });
    }
    Ok(())
}

fn count(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

fn invalid(error: wasmparser::Error) -> UploadError {
    UploadError::Invalid(error.to_string())
}

#[cfg(test)]
mod tests;
