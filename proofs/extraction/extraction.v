(* The checker as OCaml, with Zarith's integers for Z.                        *)
From Coq Require Import Extraction ExtrOcamlBasic ExtrOcamlZBigInt.
From Rethink Require Import certificate.checker.

Extraction "checker.ml" check first_refused thresholds_increase points_ascend.
