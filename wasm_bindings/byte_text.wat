;; The decoder of the text in which the module's bytes stand (scripts/support/byte_text.mjs): a module of its own, for one
;; call. Before a JavaScript engine has optimised this loop it takes several times as long.
;;
;; Memory `m` holds the text from 0 on; the bytes replace it. `d` takes where the text ends and answers where the bytes do.
;; SIZE is the text's, in pages.
(module
  (memory (export "m") SIZE)
  (func (export "d") (param $end i32) (result i32)
    (local $from i32)
    (local $to i32)
    (local $place i32)
    (local $row i32)
    (loop $next
      (local.set $place (i32.load8_u (local.get $from)))
      ;; The place among the printable characters from the space on, without ' < and \.
      (local.set $place
        (i32.sub
          (i32.sub (local.get $place) (i32.const 32))
          (i32.add
            (i32.gt_u (local.get $place) (i32.const 39))
            (i32.add
              (i32.gt_u (local.get $place) (i32.const 60))
              (i32.gt_u (local.get $place) (i32.const 92))))))
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
