;; Owns the decoding of the text that the module's bytes stand in (scripts/support/byte_text.mjs): a loop that takes
;; JavaScript milliseconds before it is optimised. Refuses everything else: it is a module of its own, for one call.
;;
;; Memory `m`: at 0 a table from characters to their places in the alphabet, at 128 the alphabet's 92 characters, then the
;; text. The bytes replace them from 128 on. `d` takes where the text ends and answers where
;; the bytes do. SIZE is the text's, in pages.
(module
  (memory (export "m") SIZE)
  (func (export "d") (param $end i32) (result i32)
    (local $from i32)
    (local $to i32)
    (local $place i32)
    (local $row i32)
    (loop $tabulate
      (i32.store8 (i32.load8_u offset=128 (local.get $place)) (local.get $place))
      (br_if $tabulate
        (i32.lt_u (local.tee $place (i32.add (local.get $place) (i32.const 1))) (i32.const 92))))
    (local.set $to (i32.const 128))
    (local.set $from (i32.const 220))
    (loop $next
      (local.set $place (i32.load8_u (i32.load8_u (local.get $from))))
      (if (i32.lt_u (local.get $place) (i32.const 90))
        (then
          (i32.store8 (local.get $to) (i32.add (local.get $row) (local.get $place)))
          (local.set $to (i32.add (local.get $to) (i32.const 1)))
          (local.set $row (i32.const 0)))
        (else
          (local.set $row (i32.mul (i32.sub (local.get $place) (i32.const 89)) (i32.const 90)))))
      (br_if $next
        (i32.lt_u (local.tee $from (i32.add (local.get $from) (i32.const 1))) (local.get $end))))
    (local.get $to)))
