//! The contracts' modules on a second engine, wasmi, which interprets them; the host behind it is the SDK's mock.
//!
//! Nothing is shared with the runtime but the module's bytes and the table of host calls: engine, host and state are
//! others. The modules run as they were uploaded, without the stack counter, the charge for memory and the fuel that the
//! runtime adds, so that fuel is not compared.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::LazyLock;

use obolus_abi::hostcall::{IMPORT_MODULE, unpack};
use obolus_sdk::Entry;
use obolus_sdk::mock::calls;
use wasmi::{Caller, Config, Engine, Error, Linker, Memory, Module, Store};

/// What a store holds.
#[derive(Default)]
struct Guest {
    /// Set after instantiation; no guest code runs before.
    memory: Option<Memory>,
    /// How the mock stopped the frame.
    unwound: Option<Box<dyn Any + Send>>,
}

/// An entry of a module.
struct Export {
    module: Module,
    name: &'static str,
}

/// All modules' entries, and each module's bytes with its part of them as the mock wants it.
struct Loaded {
    linker: Linker<Guest>,
    exports: Vec<Export>,
    modules: Vec<(&'static [u8], &'static [Entry])>,
}

static LOADED: LazyLock<Loaded> = LazyLock::new(|| {
    let mut config = Config::default();
    config.floats(false).wasm_wide_arithmetic(true);
    let engine = Engine::new(&config);
    let mut exports = Vec::new();
    let mut modules = Vec::new();
    for (_, bytes) in obolus_contracts::ALL {
        let module = Module::new(&engine, bytes).expect("a module of ours");
        let mut entries = Vec::new();
        for export in module
            .exports()
            .filter(|export| export.ty().func().is_some())
        {
            let name: &'static str = Box::leak(export.name().to_owned().into_boxed_str());
            entries.push(Entry {
                export: name,
                run: STARTERS[exports.len()],
            });
            exports.push(Export {
                module: module.clone(),
                name,
            });
        }
        modules.push((*bytes, &*entries.leak()));
    }
    Loaded {
        linker: link(&engine),
        exports,
        modules,
    }
});

/// A module's entries, interpreted.
pub fn entries(module: &[u8]) -> &'static [Entry] {
    let mut modules = LOADED.modules.iter();
    let found = modules.find(|(bytes, _)| *bytes == module);
    found.expect("a module of ours").1
}

/// The mock starts an entry by a bare function, so each entry has one of its own.
macro_rules! starters {
    ($($number:literal)*) => {
        [$( || start($number) ),*]
    };
}
const STARTERS: [fn() -> i32; 160] = starters![
    0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31
    32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63
    64 65 66 67 68 69 70 71 72 73 74 75 76 77 78 79 80 81 82 83 84 85 86 87 88 89 90 91 92 93 94 95
    96 97 98 99 100 101 102 103 104 105 106 107 108 109 110 111 112 113 114 115 116 117 118 119 120 121 122 123 124 125 126 127
    128 129 130 131 132 133 134 135 136 137 138 139 140 141 142 143 144 145 146 147 148 149 150 151 152 153 154 155 156 157 158 159
];

/// Interprets an entry in a fresh instance.
fn start(number: usize) -> i32 {
    let export = &LOADED.exports[number];
    let mut store = Store::new(LOADED.linker.engine(), Guest::default());
    match enter(&mut store, export) {
        Ok(exit) => exit,
        Err(error) => match store.into_data().unwound {
            Some(unwound) => resume_unwind(unwound),
            None => calls::trap(&error.to_string()),
        },
    }
}

fn enter(store: &mut Store<Guest>, export: &Export) -> Result<i32, Error> {
    let linker = &LOADED.linker;
    let instance = linker.instantiate_and_start(&mut *store, &export.module)?;
    store.data_mut().memory = instance.get_memory(&*store, "memory");
    let entry = instance.get_typed_func::<(), i32>(&*store, export.name)?;
    entry.call(store, ())
}

macro_rules! lower {
    (u32, $memory:ident, $value:ident) => {
        $value
    };
    (u64, $memory:ident, $value:ident) => {
        $value
    };
    (bytes, $memory:ident, $value:ident) => {
        slice($memory, unpack($value))
    };
    (b32, $memory:ident, $value:ident) => {
        array::<32>($memory, $value)
    };
    (b64, $memory:ident, $value:ident) => {
        array::<64>($memory, $value)
    };
    (out, $memory:ident, $value:ident) => {
        slice_mut($memory, unpack($value))
    };
}

macro_rules! linker {
    ($( $(#[$doc:meta])* $access:ident $name:ident ( $( $arg:ident : $kind:ident ),* ) price($base:literal, $per_byte:literal); )*) => {
        fn link(engine: &Engine) -> Linker<Guest> {
            let mut linker = Linker::new(engine);
            $(
                linker.func_wrap(
                    IMPORT_MODULE,
                    stringify!($name),
                    |mut caller: Caller<'_, Guest>, $( $arg: obolus_abi::host_value!($kind) ),*| -> Result<i64, Error> {
                        let memory = caller.data().memory.ok_or_else(|| Error::new("no memory"))?;
                        let (memory, guest) = memory.data_and_store_mut(&mut caller);
                        // The mock unwinds out of a frame that it stops; the interpreter is left by an error instead.
                        let done = catch_unwind(AssertUnwindSafe(|| {
                            let _ = &memory;
                            calls::$name($( lower!($kind, memory, $arg) ),*)
                        }));
                        done.map_err(|unwound| {
                            guest.unwound = Some(unwound);
                            Error::new("stopped by the host")
                        })
                    },
                ).expect("a host call of this name is new");
            )*
            linker
        }
    };
}
obolus_abi::for_each_host_call!(linker);

fn range((address, len): (u32, u32)) -> std::ops::Range<usize> {
    let start = address as usize;
    start..start + len as usize
}

fn bad_pointer() -> ! {
    calls::trap("an address outside its memory")
}

fn slice(memory: &[u8], place: (u32, u32)) -> &[u8] {
    memory.get(range(place)).unwrap_or_else(|| bad_pointer())
}

fn slice_mut(memory: &mut [u8], place: (u32, u32)) -> &mut [u8] {
    memory
        .get_mut(range(place))
        .unwrap_or_else(|| bad_pointer())
}

fn array<const N: usize>(memory: &[u8], address: u32) -> &[u8; N] {
    memory
        .get(address as usize..)
        .and_then(|rest| rest.first_chunk())
        .unwrap_or_else(|| bad_pointer())
}

/// Every entry that the runtime finds in a module is there.
#[test]
fn every_entry_can_be_interpreted() {
    for (name, module) in obolus_contracts::ALL {
        let checked = obolus_runtime::vm::Vm::check(module).unwrap();
        let mut found: Vec<_> = entries(module).iter().map(|entry| entry.export).collect();
        found.sort_unstable();
        assert_eq!(found, checked.entries, "{name}");
    }
}
