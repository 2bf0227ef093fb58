(* Reads evidence files, which `rethink interpolate --out FOLDER` writes:

     interpolation-evidence 1
     units N
     samples M
     outputs C
     places P Q R E
     bound B
     u THRESHOLD WEIGHT_1 ... WEIGHT_C     N lines, thresholds increasing
     s POINT TARGET_1 ... TARGET_C         M lines, points not decreasing

   Integers are decimal. Thresholds and points are over 2^P, weights over 2^Q,
   targets over 2^R and the bound over 2^E. One space parts the words of a line,
   and every line ends in a line feed. *)

(* Line, and what is wrong there. *)
exception Malformed of int * string

(* What a file may hold. Doubles need about 630 digits and 1,074 places. *)
let most_digits = 4_000
let most_places = 8_192
let most_outputs = 65_536
let most_lines = 1_000_000_000

type lines = { channel : in_channel; mutable number : int }

let malformed lines format =
  Printf.ksprintf (fun text -> raise (Malformed (lines.number, text))) format

(* A word of the file for a message: short, and printable. *)
let quoted word =
  let head = if String.length word > 40 then String.sub word 0 40 ^ "..." else word in
  "\"" ^ String.escaped head ^ "\""

(* The next line, of at most [most] bytes, without its end. *)
let next_line lines ~expected ~most =
  lines.number <- lines.number + 1;
  let text = Buffer.create 80 in
  let rec read () =
    match input_char lines.channel with
    | '\n' -> Buffer.contents text
    | character ->
      if Buffer.length text >= most then
        malformed lines "expected %s, found a line of more than %d bytes" expected most;
      Buffer.add_char text character;
      read ()
    | exception End_of_file ->
      if Buffer.length text = 0 then
        malformed lines "expected %s, found the end of the file" expected
      else malformed lines "the last line does not end in a line feed"
  in
  read ()

(* An integer as it is printed: no plus sign, no leading zero, no minus zero. *)
let integer lines ~name word =
  let length = String.length word in
  let first = if length > 0 && word.[0] = '-' then 1 else 0 in
  let digits = length - first in
  let rec all_digits i =
    i = length || (word.[i] >= '0' && word.[i] <= '9' && all_digits (i + 1)) in
  if digits > most_digits then
    malformed lines "%s has more than %d digits" name most_digits;
  if digits = 0 || not (all_digits first)
     || (word.[first] = '0' && (digits > 1 || first = 1)) then
    malformed lines "expected %s as a decimal integer, found %s" name (quoted word);
  Z.of_string word

let natural lines ~name ~most word =
  let value = integer lines ~name word in
  if Z.sign value < 0 || Z.gt value (Z.of_int most) then
    malformed lines "expected %s from 0 to %d, found %s" name most (quoted word);
  Z.to_int value

(* The words after [key] on the next line, of which there must be [count]. *)
let words_after key lines ~form ~count ~most =
  let line = next_line lines ~expected:("\"" ^ form ^ "\"") ~most in
  match String.split_on_char ' ' line with
  | first :: words when first = key && List.compare_length_with words count = 0 ->
    words
  | first :: words when first = key ->
    malformed lines "expected \"%s\", %d numbers, found %d" form count (List.length words)
  | _ -> malformed lines "expected \"%s\", found %s" form (quoted line)

let header key lines ~most =
  match words_after key lines ~form:(key ^ " NUMBER") ~count:1 ~most:80 with
  | [ word ] -> natural lines ~name:("the number of " ^ key) ~most word
  | _ -> assert false

let places lines =
  let words = words_after "places" lines ~form:"places P Q R E" ~count:4 ~most:80 in
  match List.map (natural lines ~name:"a number of places" ~most:most_places) words with
  | [ p; q; r; e ] -> (Z.of_int p, Z.of_int q, Z.of_int r, Z.of_int e)
  | _ -> assert false

(* One number and then [outputs] more, on each of [count] lines. *)
let rows key lines ~name ~names ~outputs ~count =
  let form = Printf.sprintf "%s %s %s..." key (String.uppercase_ascii name) names in
  let most = 1 + ((outputs + 1) * (most_digits + 2)) in
  let row _ =
    match words_after key lines ~form ~count:(outputs + 1) ~most with
    | first :: rest ->
      let values = List.map (integer lines ~name:"a number of this line") rest in
      (integer lines ~name:("the " ^ name) first, values)
    | [] -> assert false
  in
  (* Not List.init, so that a hostile count costs nothing before its lines. *)
  let rec collect done_ index =
    if index = count then List.rev done_ else collect (row index :: done_) (index + 1) in
  collect [] 0

type t = { evidence : Checker.evidence; first_unit_line : int; first_sample_line : int }

let read channel =
  let lines = { channel; number = 0 } in
  let title = "interpolation-evidence 1" in
  let line = next_line lines ~expected:("\"" ^ title ^ "\"") ~most:80 in
  if line <> title then malformed lines "expected \"%s\", found %s" title (quoted line);
  let units = header "units" lines ~most:most_lines in
  let samples = header "samples" lines ~most:most_lines in
  let outputs = header "outputs" lines ~most:most_outputs in
  let point_places, weight_places, target_places, bound_places = places lines in
  let bound =
    match words_after "bound" lines ~form:"bound B" ~count:1 ~most:(most_digits + 8) with
    | [ word ] -> integer lines ~name:"the bound" word
    | _ -> assert false
  in
  let first_unit_line = lines.number + 1 in
  let unit_rows = rows "u" lines ~name:"threshold" ~names:"WEIGHT" ~outputs ~count:units in
  let first_sample_line = lines.number + 1 in
  let sample_rows = rows "s" lines ~name:"point" ~names:"TARGET" ~outputs ~count:samples in
  (match input_char channel with
   | _ ->
     lines.number <- lines.number + 1;
     malformed lines "expected the end of the file after %d units and %d samples" units samples
   | exception End_of_file -> ());
  let mapped f = List.fold_left (fun rest row -> f row :: rest) [] in
  let units =
    mapped (fun (threshold, weights) -> { Checker.threshold; weights }) (List.rev unit_rows) in
  let samples =
    mapped (fun (point, targets) -> { Checker.point; targets }) (List.rev sample_rows) in
  let evidence =
    { Checker.outputs = Z.of_int outputs;
      point_places; weight_places; target_places; bound_places; bound; units; samples }
  in
  { evidence; first_unit_line; first_sample_line }
