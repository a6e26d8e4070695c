;; A contract for tests of scheduled calls.
(module
  (import "obolus" "input_read" (func $input_read (param i64 i32) (result i64)))
  (import "obolus" "set" (func $set (param i64 i64) (result i64)))
  (import "obolus" "get" (func $get (param i64) (result i64)))
  (import "obolus" "buffer_read" (func $buffer_read (param i64 i32) (result i64)))
  (import "obolus" "ret" (func $ret (param i64) (result i64)))
  (import "obolus" "emit" (func $emit (param i64) (result i64)))
  (import "obolus" "caller" (func $caller (result i64)))
  (import "obolus" "block_height" (func $height (result i64)))
  (import "obolus" "schedule" (func $schedule (param i64 i64 i64 i64) (result i64)))
  (import "obolus" "unschedule" (func $unschedule (param i64) (result i64)))
  (memory (export "memory") 1)
  ;; Names of entries, eight bytes apart.
  (data (i32.const 1024) "tick\00\00\00\00spin\00\00\00\00drop_it\00init\00\00\00\00again\00\00\00wipe\00\00\00\00")

  (func $pack (param $address i64) (param $len i64) (result i64)
    (i64.or (local.get $address) (i64.shl (local.get $len) (i64.const 32))))

  ;; Returns the number at 512.
  (func $reply (param $value i64)
    (i64.store (i32.const 512) (local.get $value))
    (drop (call $ret (call $pack (i64.const 512) (i64.const 8)))))

  (func (export "x_init") (result i32) (i32.const 0))
  (func (export "x_migrate") (result i32) (i32.const 0))

  ;; Schedules: input is height, fuel, number and length of the entry's name, then 8 bytes of arguments.
  (func (export "x_start") (result i32)
    (drop (call $input_read (call $pack (i64.const 0) (i64.const 40)) (i32.const 0)))
    (call $reply (call $schedule
      (i64.load (i32.const 0))
      (call $pack (i64.add (i64.const 1024) (i64.mul (i64.const 8) (i64.load (i32.const 16)))) (i64.load (i32.const 24)))
      (call $pack (i64.const 32) (i64.const 8))
      (i64.load (i32.const 8))))
    (i32.const 0))

  ;; Takes back the call of the input's number.
  (func (export "x_stop") (result i32)
    (drop (call $input_read (call $pack (i64.const 0) (i64.const 8)) (i32.const 0)))
    (call $reply (call $unschedule (i64.load (i32.const 0))))
    (i32.const 0))

  ;; Schedules with one byte of arguments too many.
  (func (export "x_start_long") (result i32)
    (drop (call $schedule (i64.add (call $height) (i64.const 1)) (call $pack (i64.const 1024) (i64.const 4))
      (call $pack (i64.const 0) (i64.const 1025)) (i64.const 1000000)))
    (i32.const 0))

  ;; Appends its input to the list under the key "list" and emits it; traps unless the caller is a contract.
  (func $tick (local $len i64)
    (if (i64.ne (call $caller) (i64.const 32)) (then (unreachable)))
    (i64.store8 (i32.const 256) (i64.const 108))
    (local.set $len (call $get (call $pack (i64.const 256) (i64.const 1))))
    (if (i64.lt_s (local.get $len) (i64.const 0)) (then (local.set $len (i64.const 0))))
    (drop (call $buffer_read (call $pack (i64.const 2048) (local.get $len)) (i32.const 0)))
    (drop (call $input_read (call $pack (i64.add (i64.const 2048) (local.get $len)) (i64.const 8)) (i32.const 0)))
    (drop (call $set (call $pack (i64.const 256) (i64.const 1))
      (call $pack (i64.const 2048) (i64.add (local.get $len) (i64.const 8)))))
    (drop (call $emit (call $pack (i64.add (i64.const 2048) (local.get $len)) (i64.const 8)))))

  (func (export "x_tick") (result i32) (call $tick) (i32.const 0))

  ;; Ticks, then schedules itself for the next block.
  (func (export "x_again") (result i32)
    (call $tick)
    (drop (call $schedule (i64.add (call $height) (i64.const 1)) (call $pack (i64.const 1056) (i64.const 5))
      (call $pack (i64.const 0) (i64.const 8)) (i64.const 1000000)))
    (i32.const 0))

  ;; Never ends.
  (func (export "x_spin") (result i32) (loop $more (br $more)) (i32.const 0))

  ;; Ticks, then traps.
  (func (export "x_drop_it") (result i32) (call $tick) (unreachable))

  ;; Takes back the call whose number is its input.
  (func (export "x_wipe") (result i32)
    (drop (call $input_read (call $pack (i64.const 0) (i64.const 8)) (i32.const 0)))
    (if (i64.ne (call $unschedule (i64.load (i32.const 0))) (i64.const 0)) (then (unreachable)))
    (i32.const 0))

  ;; What was stored.
  (func (export "q_list") (result i32) (local $len i64)
    (i64.store8 (i32.const 256) (i64.const 108))
    (local.set $len (call $get (call $pack (i64.const 256) (i64.const 1))))
    (if (i64.lt_s (local.get $len) (i64.const 0)) (then (local.set $len (i64.const 0))))
    (drop (call $buffer_read (call $pack (i64.const 2048) (local.get $len)) (i32.const 0)))
    (drop (call $ret (call $pack (i64.const 2048) (local.get $len))))
    (i32.const 0)))
