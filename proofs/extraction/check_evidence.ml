(* The command line of the certificate checker.

   Exit status: 0 certified, 1 refused, 64 wrong usage, 65 malformed file,
   66 no such file. The verdict is Checker.check's, which is extracted from the
   proof; the rest of this file reads, prints and words the reasons. *)

let finish status format =
  Printf.ksprintf
    (fun text ->
      (if status = 0 then print_string else prerr_string) (text ^ "\n");
      exit status)
    format

(* The first index at which a list stops being in order. *)
let first_disorder in_order values =
  let rec search index = function
    | a :: (b :: _ as rest) -> if in_order a b then search (index + 1) rest else index + 1
    | _ -> index
  in
  search 0 values

let check path (file : Evidence_file.t) =
  let e = file.evidence in
  let malformed line text = finish 65 "%s:%d: %s" path line text in
  if not (Checker.thresholds_increase e.units) then begin
    let thresholds = List.rev (List.rev_map (fun u -> u.Checker.threshold) e.units) in
    malformed
      (file.first_unit_line + first_disorder Z.lt thresholds)
      "the threshold is not above the one before it"
  end;
  if not (Checker.points_ascend e.samples) then begin
    let points = List.rev (List.rev_map (fun s -> s.Checker.point) e.samples) in
    malformed
      (file.first_sample_line + first_disorder Z.leq points)
      "the point is below the one before it"
  end;
  let bound =
    Printf.sprintf "%s/2^%s"
      (if Z.numbits e.bound < 200 then Z.to_string e.bound else "B")
      (Z.to_string e.bound_places)
  in
  let approximate = ldexp (Z.to_float e.bound) (- (Z.to_int e.bound_places)) in
  let samples = List.length e.samples in
  if Checker.check e then
    finish 0
      "certified: at each of %d samples all %s outputs of %d units are within %s, about %.3g, \
       of their targets"
      samples (Z.to_string e.outputs) (List.length e.units) bound approximate
  else
    let index = samples - List.length (Checker.first_refused e) in
    finish 1
      "%s:%d: refused: sample %d of %d is missed by more than the bound %s, about %.3g" path
      (file.first_sample_line + index)
      (index + 1) samples bound approximate

let () =
  match Sys.argv with
  | [| _; path |] -> (
    match open_in_bin path with
    | exception Sys_error reason -> finish 66 "%s" reason
    | channel -> (
      match Evidence_file.read channel with
      | exception Evidence_file.Malformed (line, text) -> finish 65 "%s:%d: %s" path line text
      | exception Sys_error reason -> finish 65 "%s: %s" path reason
      | file -> check path file))
  | _ ->
    finish 64
      "usage: check-evidence FILE\n\
       Checks the evidence.txt of `rethink interpolate --out FOLDER` in exact arithmetic."
