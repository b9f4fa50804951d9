;; The decoder of the text in which the module's bytes stand (scripts/support/byte_text.mjs): a module of its own, for one
;; call. Before a JavaScript engine has optimised this loop it takes several times as long.
;;
;; Memory `m` holds the table of three rows from 0 on, and the text from 384 on; the bytes replace the text. `d` takes where
;; the text ends and answers where the bytes do. SIZE is the memory's, in pages.
(module
  (memory (export "m") SIZE)
  (func (export "d") (param $end i32) (result i32)
    (local $from i32)
    (local $to i32)
    (local $row i32)
    (local $character i32)
    (local.set $from (local.tee $to (i32.const 384)))
    (loop $next
      (if (i32.gt_u (local.tee $character (i32.load8_u (local.get $from))) (i32.const 124))
        (then
          ;; } or ~
          (local.set $row (i32.shl (i32.sub (local.get $character) (i32.const 124)) (i32.const 7))))
        (else
          (i32.store8 (local.get $to) (i32.load8_u (i32.add (local.get $row) (local.get $character))))
          (local.set $to (i32.add (local.get $to) (i32.const 1)))
          (local.set $row (i32.const 0))))
      (br_if $next
        (i32.lt_u (local.tee $from (i32.add (local.get $from) (i32.const 1))) (local.get $end))))
    (local.get $to)))
