;; A contract for tests of the ledger: stores what it is given.
(module
  (import "obolus" "input_read" (func $input_read (param i64 i32) (result i64)))
  (import "obolus" "set" (func $set (param i64 i64) (result i64)))
  (import "obolus" "get" (func $get (param i64) (result i64)))
  (import "obolus" "buffer_read" (func $buffer_read (param i64 i32) (result i64)))
  (import "obolus" "ret" (func $ret (param i64) (result i64)))
  (import "obolus" "emit" (func $emit (param i64) (result i64)))
  (memory (export "memory") 1)

  ;; Address and length in one value.
  (func $pack (param $address i64) (param $len i64) (result i64)
    (i64.or (local.get $address) (i64.shl (local.get $len) (i64.const 32))))

  ;; Stores the input from byte 8 on under its first 8 bytes, and emits all of it.
  (func $store (local $len i64)
    (local.set $len
      (call $input_read (call $pack (i64.const 0) (i64.const 4096)) (i32.const 0)))
    (drop (call $set
      (call $pack (i64.const 0) (i64.const 8))
      (call $pack (i64.const 8) (i64.sub (local.get $len) (i64.const 8)))))
    (drop (call $emit (call $pack (i64.const 0) (local.get $len)))))

  (func (export "x_init") (result i32) (i32.const 0))

  (func (export "x_put") (result i32) (call $store) (i32.const 0))

  ;; Uses some 460 million units of fuel in little time.
  (func (export "x_burn") (result i32) (local $left i32)
    (local.set $left (i32.const 7000))
    (loop $more
      (memory.fill (i32.const 0) (i32.const 0) (i32.const 65536))
      (br_if $more (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
    (i32.const 0))

  (func (export "x_put_and_trap") (result i32) (call $store) (unreachable))

  ;; Returns the value under the 8 bytes of input.
  (func (export "q_get") (result i32) (local $len i64)
    (drop (call $input_read (call $pack (i64.const 0) (i64.const 8)) (i32.const 0)))
    (local.set $len (call $get (call $pack (i64.const 0) (i64.const 8))))
    (drop (call $buffer_read (call $pack (i64.const 0) (local.get $len)) (i32.const 0)))
    (drop (call $ret (call $pack (i64.const 0) (local.get $len))))
    (i32.const 0)))
