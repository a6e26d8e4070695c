//! What is added to a validated module before it is compiled: a stack counter, and a charge for memory growth.
//!
//! Native stack depth depends on the engine, so it must never decide. Every function adds its frame's cost
//! to a counter when entered, traps when the counter passes [`MAX_STACK`], and takes the cost off when it returns:
//!
//! ```text
//! counter += cost; if counter > MAX_STACK { unreachable }
//! block (result …)  <body; `return` takes the cost off first>  end
//! counter -= cost
//! ```
//!
//! The body keeps its branch depths, since the block takes the place of the function's own label. The counter is an
//! exported global that a nested call's frame starts from: one limit holds for a whole chain of calls.
//!
//! `memory.grow` first passes its operand through an import that charges fuel by the page. The import comes after the
//! module's own, so that its functions move up by one.

use obolus_abi::limits::MAX_STACK;
use wasm_encoder::reencode::{Error, Reencode, RoundtripReencoder, utils};
use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, EntityType, ExportKind, ExportSection, Function,
    FunctionSection, GlobalSection, GlobalType, ImportSection, Instruction, Module, TypeSection,
    ValType,
};
use wasmparser::{FunctionBody, Operator, Parser, Payload};

use super::validate::{Facts, FunctionFacts};
use crate::exec::Fault;

/// Module name of the added import; guests cannot import from it.
pub(super) const IMPORT_MODULE: &str = "obolus.runtime";
/// Name of the added import: `(pages: i32) -> i32`, returns its argument.
pub(super) const CHARGE_GROWTH: &str = "charge_growth";
/// Name of the exported stack counter; not an entry's name.
pub(super) const STACK_COUNTER: &str = "obolus.stack";

/// Adds counter and charge to a module that passed validation.
pub(super) fn instrument(module: &[u8], facts: &Facts) -> Result<Vec<u8>, Fault> {
    rewrite(module, facts).map_err(|error| Fault::Vm(format!("instrumentation failed: {error}")))
}

/// Moves function indices up past the added import.
struct Shift {
    imports: u32,
}

impl Reencode for Shift {
    type Error = std::convert::Infallible;

    fn function_index(&mut self, index: u32) -> Result<u32, Error<Self::Error>> {
        Ok(if index < self.imports {
            index
        } else {
            index + 1
        })
    }
}

type Result_<T> = Result<T, Error<std::convert::Infallible>>;

/// The sections that get additions, collected so that they are written even when the module has none of them.
#[derive(Default)]
struct Sections {
    types: TypeSection,
    imports: ImportSection,
    functions: FunctionSection,
    globals: GlobalSection,
    exports: ExportSection,
    tables: wasm_encoder::TableSection,
    memories: wasm_encoder::MemorySection,
    elements: wasm_encoder::ElementSection,
    code: CodeSection,
    data: wasm_encoder::DataSection,
}

fn rewrite(module: &[u8], facts: &Facts) -> Result_<Vec<u8>> {
    let mut shift = Shift {
        imports: facts.imports,
    };
    let mut sections = Sections::default();
    let mut functions = facts.functions.iter();
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::TypeSection(section) => {
                shift.parse_type_section(&mut sections.types, section)?
            }
            Payload::ImportSection(section) => {
                shift.parse_import_section(&mut sections.imports, section)?
            }
            Payload::FunctionSection(section) => {
                shift.parse_function_section(&mut sections.functions, section)?;
            }
            Payload::TableSection(section) => {
                shift.parse_table_section(&mut sections.tables, section)?
            }
            Payload::MemorySection(section) => {
                shift.parse_memory_section(&mut sections.memories, section)?
            }
            Payload::GlobalSection(section) => {
                shift.parse_global_section(&mut sections.globals, section)?
            }
            Payload::ExportSection(section) => {
                shift.parse_export_section(&mut sections.exports, section)?
            }
            Payload::ElementSection(section) => {
                shift.parse_element_section(&mut sections.elements, section)?;
            }
            Payload::DataSection(section) => {
                shift.parse_data_section(&mut sections.data, section)?
            }
            Payload::CodeSectionEntry(body) => {
                if let Some(function) = functions.next() {
                    let body = rewrite_function(&mut shift, &body, function, facts)?;
                    sections.code.function(&body);
                }
            }
            _ => {}
        }
    }
    sections.types.ty().function([ValType::I32], [ValType::I32]);
    sections.imports.import(
        IMPORT_MODULE,
        CHARGE_GROWTH,
        EntityType::Function(facts.types),
    );
    let counter = GlobalType {
        val_type: ValType::I32,
        mutable: true,
        shared: false,
    };
    sections.globals.global(counter, &ConstExpr::i32_const(0));
    sections
        .exports
        .export(STACK_COUNTER, ExportKind::Global, facts.globals);
    Ok(sections.finish())
}

impl Sections {
    fn finish(self) -> Vec<u8> {
        let mut module = Module::new();
        module
            .section(&self.types)
            .section(&self.imports)
            .section(&self.functions)
            .section(&self.tables)
            .section(&self.memories)
            .section(&self.globals)
            .section(&self.exports)
            .section(&self.elements)
            .section(&self.code)
            .section(&self.data);
        module.finish()
    }
}

fn rewrite_function(
    shift: &mut Shift,
    body: &FunctionBody<'_>,
    function: &FunctionFacts,
    facts: &Facts,
) -> Result_<Function> {
    let counter = facts.globals;
    let charge_growth = facts.imports;
    let cost = function.cost.cast_signed();
    let mut new = utils::new_function_with_parsed_locals(shift, body)?;
    let block = match function.result {
        None => BlockType::Empty,
        Some(result) => BlockType::Result(RoundtripReencoder.val_type(result)?),
    };
    for instruction in [
        Instruction::GlobalGet(counter),
        Instruction::I32Const(cost),
        Instruction::I32Add,
        Instruction::GlobalSet(counter),
        Instruction::GlobalGet(counter),
        Instruction::I32Const(MAX_STACK.cast_signed()),
        Instruction::I32GtU,
        Instruction::If(BlockType::Empty),
        Instruction::Unreachable,
        Instruction::End,
        Instruction::Block(block),
    ] {
        new.instruction(&instruction);
    }
    let leave = [
        Instruction::GlobalGet(counter),
        Instruction::I32Const(cost),
        Instruction::I32Sub,
        Instruction::GlobalSet(counter),
    ];
    let mut operators = body.get_operators_reader()?;
    while !operators.eof() {
        let operator = operators.read()?;
        match operator {
            Operator::Return => {
                for instruction in &leave {
                    new.instruction(instruction);
                }
            }
            Operator::MemoryGrow { .. } => {
                new.instruction(&Instruction::Call(charge_growth));
            }
            _ => {}
        }
        new.instruction(&shift.instruction(operator)?);
    }
    for instruction in &leave {
        new.instruction(instruction);
    }
    new.instruction(&Instruction::End);
    Ok(new)
}

#[cfg(test)]
mod tests;
