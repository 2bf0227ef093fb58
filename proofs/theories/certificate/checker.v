(* An exact checker of interpolation certificates.                            *)
From Coq Require Import ZArith NArith QArith Qabs Qminmax List Lia.
From Coq Require Import ssreflect ssrbool.
Import ListNotations.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(******************************************************************************)
(* A certificate holds a two-layer ReLU network, as a function of the         *)
(* projection x, and the samples that it is claimed to interpolate, all as    *)
(* integers over powers of two.                                               *)
(*                                                                            *)
(*               evidence == hidden units, samples, and the claimed bound     *)
(*             dyadic m p == m / 2^p                                          *)
(*    network_value e c x == output c of the network at x: the plain sum over *)
(*                           all hidden units of w max(x - b, 0)              *)
(*                claim e == |network_value e c x - y| <= bound at every      *)
(*                           sample (x, y) and every output c                 *)
(*          well_formed e == every unit and sample has as many numbers as     *)
(*                           there are outputs, thresholds increase, points   *)
(*                           do not decrease                                  *)
(*        first_refused e == the samples from the first one on that the       *)
(*                           network misses by more than the bound            *)
(*                check e == the checker: one pass over units and samples     *)
(*                           with running sums, in integers                   *)
(*                                                                            *)
(* Main theorems: check_sound, and check_iff: the checker says yes to nothing *)
(* else, and to every well-formed certificate with a true claim.              *)
(******************************************************************************)

(* What a certificate says. *)

Record hidden_unit := HiddenUnit { threshold : Z; weights : list Z }.
Record sample := Sample { point : Z; targets : list Z }.

Record evidence := Evidence {
  outputs : Z;
  point_places : N;    (* thresholds and points are over 2^point_places *)
  weight_places : N;   (* weights are over 2^weight_places *)
  target_places : N;   (* targets are over 2^target_places *)
  bound_places : N;    (* the bound is over 2^bound_places *)
  bound : Z;
  units : list hidden_unit;
  samples : list sample
}.

Section Meaning.

Local Open Scope Q_scope.

Definition power_of_two (p : N) : positive :=
  if p is Npos q then Pos.pow 2 q else xH.

Definition dyadic (m : Z) (p : N) : Q := m # power_of_two p.

Definition hinge (x b : Q) : Q := Qmax (x - b) 0.

Definition weight (u : hidden_unit) (c : nat) : Z := nth c (weights u) 0%Z.
Definition target (s : sample) (c : nat) : Z := nth c (targets s) 0%Z.

Definition network_value (e : evidence) (c : nat) (x : Q) : Q :=
  fold_right Qplus 0
    (map (fun u => dyadic (weight u c) (weight_places e) *
                   hinge x (dyadic (threshold u) (point_places e)))
         (units e)).

Definition claim (e : evidence) : Prop :=
  forall s, In s (samples e) -> forall c, (Z.of_nat c < outputs e)%Z ->
  Qabs (network_value e c (dyadic (point s) (point_places e)) -
        dyadic (target s c) (target_places e))
  <= dyadic (bound e) (bound_places e).

End Meaning.

(* The checker. *)

Local Open Scope Z_scope.

Fixpoint increasing (b : Z) (us : list hidden_unit) : bool :=
  if us is u :: rest then (b <? threshold u) && increasing (threshold u) rest
  else true.

Fixpoint nondecreasing (x : Z) (ss : list sample) : bool :=
  if ss is s :: rest then (x <=? point s) && nondecreasing (point s) rest
  else true.

Definition thresholds_increase (us : list hidden_unit) : bool :=
  if us is u :: rest then increasing (threshold u) rest else true.

Definition points_ascend (ss : list sample) : bool :=
  if ss is s :: rest then nondecreasing (point s) rest else true.

Definition well_formed (e : evidence) : bool :=
  [&& forallb (fun u => Zlength (weights u) =? outputs e) (units e),
      forallb (fun s => Zlength (targets s) =? outputs e) (samples e),
      thresholds_increase (units e) & points_ascend (samples e)].

(* The network left of the next threshold is slopes * x - offsets. *)
Record line := Line { slopes : list Z; offsets : list Z }.

Fixpoint add_multiple (m : Z) (ys xs : list Z) : list Z :=
  match ys, xs with
  | y :: ys', x :: xs' => (x + m * y) :: add_multiple m ys' xs'
  | _, _ => xs
  end.

Definition add_unit (l : line) (u : hidden_unit) : line :=
  Line (add_multiple 1 (weights u) (slopes l))
       (add_multiple (threshold u) (weights u) (offsets l)).

Fixpoint advance (x : Z) (us : list hidden_unit) (l : line) :=
  match us with
  | u :: rest => if threshold u <? x then advance x rest (add_unit l u)
                 else (us, l)
  | [] => ([], l)
  end.

Section Sweep.

(* A value times value_scale and a target times target_scale are over the     *)
(* same power of two, and so is limit / slack, the bound.                     *)
Variables value_scale target_scale slack limit : Z.

Definition value_within (v y : Z) : bool :=
  Z.abs (v * value_scale - y * target_scale) * slack <=? limit.

Fixpoint all_within (x : Z) (slopes offsets ys : list Z) : bool :=
  match slopes, offsets, ys with
  | a :: slopes', o :: offsets', y :: ys' =>
    value_within (a * x - o) y && all_within x slopes' offsets' ys'
  | _, _, _ => true
  end.

Fixpoint sweep (us : list hidden_unit) (l : line) (ss : list sample) :=
  match ss with
  | [] => []
  | s :: rest =>
    let '(us', l') := advance (point s) us l in
    if all_within (point s) (slopes l') (offsets l') (targets s)
    then sweep us' l' rest else ss
  end.

End Sweep.

Definition first_refused (e : evidence) : list sample :=
  let value_scale := 2 ^ Z.of_N (target_places e) in
  let target_scale := 2 ^ Z.of_N (point_places e + weight_places e) in
  let zeros := repeat 0 (Z.to_nat (outputs e)) in
  sweep value_scale target_scale (2 ^ Z.of_N (bound_places e))
    (bound e * (value_scale * target_scale)) (units e) (Line zeros zeros)
    (samples e).

Definition check (e : evidence) : bool :=
  well_formed e && (if first_refused e is [] then true else false).

(* The checker's sums are the plain sums. *)

Definition plain_value (us : list hidden_unit) (c : nat) (x : Z) : Z :=
  fold_right Z.add 0
    (map (fun u => weight u c * Z.max (x - threshold u) 0) us).

Definition line_value (l : line) (c : nat) (x : Z) : Z :=
  nth c (slopes l) 0 * x - nth c (offsets l) 0.

Definition has_length (n : nat) (l : line) : Prop :=
  length (slopes l) = n /\ length (offsets l) = n.

Lemma length_add_multiple m ys xs :
  length (add_multiple m ys xs) = length xs.
Proof. by elim: ys xs => [|y ys IHys] [|x xs] //=; rewrite IHys. Qed.

Lemma nth_add_multiple m ys xs c : length ys = length xs ->
  nth c (add_multiple m ys xs) 0 = nth c xs 0 + m * nth c ys 0.
Proof.
elim: ys xs c => [|y ys IHys] [|x xs] //= [|c] /=; try lia.
by case=> eq_len; apply: IHys.
Qed.

Lemma add_unit_value n l u c x : has_length n l -> length (weights u) = n ->
  line_value (add_unit l u) c x =
  line_value l c x + weight u c * (x - threshold u).
Proof.
case=> slopes_n offsets_n weights_n; rewrite /line_value /weight /=.
by rewrite !nth_add_multiple ?slopes_n ?offsets_n //; lia.
Qed.

Lemma add_unit_length n l u : has_length n l -> has_length n (add_unit l u).
Proof. by rewrite /has_length /= !length_add_multiple. Qed.

Lemma increasing_above b us x :
  x <= b -> increasing b us -> forall u, In u us -> x <= threshold u.
Proof.
elim: us b => //= v us IHus b le_x /andP[/Z.ltb_lt lt_b incr] u [<-|].
  lia.
by apply: IHus incr u; lia.
Qed.

Lemma nondecreasing_above x ss :
  nondecreasing x ss -> forall s, In s ss -> x <= point s.
Proof.
elim: ss x => [x _ s []|r ss IHss x] /=.
move=> /andP[/Z.leb_le le_x ascend] s [<- //|ss_s].
by have le_s := IHss _ ascend s ss_s; lia.
Qed.

(* Units at or right of x add nothing. *)
Lemma plain_value_right us c x :
  (forall u, In u us -> x <= threshold u) -> plain_value us c x = 0.
Proof.
rewrite /plain_value; elim: us => //= u us IHus right_x.
rewrite IHus => [v us_v|]; first by apply: right_x; right.
by have le_u := right_x u (or_introl eq_refl); rewrite Z.max_r; lia.
Qed.

Lemma advanceP n x us l :
  has_length n l -> thresholds_increase us ->
  (forall u, In u us -> length (weights u) = n) ->
  let: (us', l') := advance x us l in
  [/\ has_length n l', thresholds_increase us',
      forall u, In u us' -> length (weights u) = n,
      forall u, In u us' -> x <= threshold u
    & forall c y, x <= y -> line_value l' c y + plain_value us' c y =
                            line_value l c y + plain_value us c y].
Proof.
elim: us l => [|u us IHus] l len_l sorted_us len_us /=; first by split.
case: Z.ltb_spec => [lt_x|ge_x]; last first.
  split=> // v [<-//|]; exact: increasing_above sorted_us v.
have sorted_tl : thresholds_increase us.
  by case: us sorted_us {IHus len_us} => //= v us /andP[].
have len_tl v : In v us -> length (weights v) = n.
  by move=> us_v; apply: len_us; right.
have := IHus _ (add_unit_length u len_l) sorted_tl len_tl.
case: advance => us' l' [len' sorted' weights' right' value'].
split=> // c y le_y.
rewrite value' // (add_unit_value c y len_l (len_us u (or_introl eq_refl))).
by rewrite /plain_value /= Z.max_l; lia.
Qed.

Section SweepP.

Variables value_scale target_scale slack limit : Z.

Let within := value_within value_scale target_scale slack limit.

Lemma all_withinP n x l ys : has_length n l -> length ys = n ->
  all_within value_scale target_scale slack limit x (slopes l) (offsets l) ys
  <-> forall c, (c < n)%nat -> within (line_value l c x) (nth c ys 0).
Proof.
rewrite /line_value; case: l => slopes offsets [/= + +].
elim: slopes offsets ys n => [|a slopes IHs] [|o offsets] [|y ys] [|n] //=.
  by move=> _ _ _; split=> // _ c; lia.
move=> [len_s] [len_o] [len_y]; have IH := IHs _ _ _ len_s len_o len_y.
split=> [/andP[within0 /IH withinS] [|c] lt_c //|within_c].
  by apply: withinS; lia.
apply/andP; split; first by apply: (within_c 0%nat); lia.
by apply/IH => c lt_c; apply: (within_c (S c)); lia.
Qed.

Lemma sweepP n us l ss :
  has_length n l -> thresholds_increase us ->
  (forall u, In u us -> length (weights u) = n) ->
  (forall s, In s ss -> length (targets s) = n) ->
  points_ascend ss ->
  sweep value_scale target_scale slack limit us l ss = [] <->
  forall s, In s ss -> forall c, (c < n)%nat ->
    within (line_value l c (point s) + plain_value us c (point s))
           (target s c).
Proof.
elim: ss us l => [|s ss IHss] us l len_l sorted_us len_us len_ss sorted_ss //=.
have := advanceP (point s) len_l sorted_us len_us.
case: advance => us' l' [len_l' sorted_us' len_us' right' value'].
have s_value c : line_value l' c (point s) =
    line_value l c (point s) + plain_value us c (point s).
  have := value' c (point s) (Z.le_refl _).
  by rewrite (plain_value_right c right'); lia.
have s_within := all_withinP (point s) len_l' (len_ss s (or_introl eq_refl)).
have le_point := nondecreasing_above sorted_ss.
have IH : sweep value_scale target_scale slack limit us' l' ss = [] <->
    forall v, In v ss -> forall c, (c < n)%nat ->
    within (line_value l c (point v) + plain_value us c (point v))
           (target v c).
  have sorted_tl : points_ascend ss.
    by case: ss sorted_ss {IHss len_ss le_point} => //= v ss /andP[].
  have len_tl v : In v ss -> length (targets v) = n.
    by move=> ss_v; apply: len_ss; right.
  have s_le := value' _ _ (le_point _ _).
  rewrite (IHss _ _ len_l' sorted_us' len_us' len_tl sorted_tl).
  by split=> H v ss_v c lt_c; move: (H v ss_v c lt_c); rewrite s_le.
case: ifP => [/s_within all_s|not_s].
  rewrite IH; split=> [H v [<- c lt_c|]|H v ss_v].
      by rewrite -s_value; apply: all_s.
    exact: H.
  by apply: H; right.
split=> // H; case/negP: (negbT not_s); apply/s_within => c lt_c.
by rewrite s_value; apply: H => //; left.
Qed.

End SweepP.

(* The integers of the checker are the numbers of the claim. *)

Section Dyadic.

Local Open Scope Q_scope.

Lemma power_of_twoE p : Z.pos (power_of_two p) = (2 ^ Z.of_N p)%Z.
Proof. by case: p => //= p; rewrite Pos2Z.inj_pow. Qed.

Lemma dyadic_le m p m' p' :
  dyadic m p <= dyadic m' p' <->
  (m * 2 ^ Z.of_N p' <= m' * 2 ^ Z.of_N p)%Z.
Proof. by rewrite /Qle /= !power_of_twoE. Qed.

Lemma dyadic_eq m p m' p' :
  (m * 2 ^ Z.of_N p' = m' * 2 ^ Z.of_N p)%Z -> dyadic m p == dyadic m' p'.
Proof. by rewrite /Qeq /= !power_of_twoE. Qed.

Lemma pow2D p q : (2 ^ Z.of_N (p + q) = 2 ^ Z.of_N p * 2 ^ Z.of_N q)%Z.
Proof. by rewrite N2Z.inj_add Z.pow_add_r //; apply: N2Z.is_nonneg. Qed.

Lemma dyadic_sub m p m' q :
  dyadic m p - dyadic m' q ==
  dyadic (m * 2 ^ Z.of_N q - m' * 2 ^ Z.of_N p) (p + q).
Proof.
by rewrite /Qeq /= Pos2Z.inj_mul !power_of_twoE pow2D; lia.
Qed.

Lemma hinge_dyadic x b p :
  hinge (dyadic x p) (dyadic b p) == dyadic (Z.max (x - b) 0) p.
Proof.
have sub_b : dyadic x p - dyadic b p == dyadic (x - b) p.
  by rewrite dyadic_sub; apply: dyadic_eq; rewrite pow2D; lia.
rewrite /hinge sub_b; case: (Z.max_spec (x - b) 0) => [] [le_b ->].
  have le0 : dyadic (x - b) p <= 0 by apply/(dyadic_le (x - b) p 0 0); lia.
  by apply: Qeq_trans (Q.max_r _ _ le0) _; apply: (@dyadic_eq 0 0); lia.
have ge0 : 0 <= dyadic (x - b) p by apply/(dyadic_le 0 0 (x - b) p); lia.
by apply: Qeq_trans (Q.max_l _ _ ge0) _; apply: dyadic_eq; lia.
Qed.

Lemma network_valueE e c x :
  network_value e c (dyadic x (point_places e)) ==
  dyadic (plain_value (units e) c x) (point_places e + weight_places e).
Proof.
rewrite /network_value /plain_value; elim: (units e) => [|u us IHus] /=.
  by apply: (dyadic_eq (m := 0) (p := 0)); lia.
rewrite IHus hinge_dyadic /Qeq /= !Pos2Z.inj_mul !power_of_twoE pow2D.
by rewrite /weight; lia.
Qed.

Lemma value_withinP e v y :
  value_within (2 ^ Z.of_N (target_places e))
    (2 ^ Z.of_N (point_places e + weight_places e))
    (2 ^ Z.of_N (bound_places e))
    (bound e * (2 ^ Z.of_N (target_places e) *
                2 ^ Z.of_N (point_places e + weight_places e))) v y <->
  Qabs (dyadic v (point_places e + weight_places e) -
        dyadic y (target_places e)) <= dyadic (bound e) (bound_places e).
Proof.
rewrite dyadic_sub /value_within.
set p := (point_places e + weight_places e)%N; set q := target_places e.
set m := (_ - _)%Z.
rewrite -[Qabs (dyadic m (p + q))]/(dyadic (Z.abs m) (p + q)) dyadic_le pow2D.
by split=> [/Z.leb_le|le]; last apply/Z.leb_le; lia.
Qed.

End Dyadic.

Lemma well_formedP e : well_formed e ->
  let n := Z.to_nat (outputs e) in
  [/\ forall u, In u (units e) -> length (weights u) = n,
      forall s, In s (samples e) -> length (targets s) = n,
      thresholds_increase (units e) & points_ascend (samples e)].
Proof.
case/and4P=> /forallb_forall len_us /forallb_forall len_ss incr ascend n.
split=> // [u /len_us | s /len_ss] /Z.eqb_eq; rewrite Zlength_correct /n => <-.
  by rewrite Nat2Z.id.
by rewrite Nat2Z.id.
Qed.

Lemma first_refusedP e :
  well_formed e -> first_refused e = [] <-> claim e.
Proof.
case/well_formedP=> len_us len_ss incr ascend.
have zeros_n : has_length (Z.to_nat (outputs e))
    (Line (repeat 0 (Z.to_nat (outputs e))) (repeat 0 (Z.to_nat (outputs e)))).
  by rewrite /has_length /= repeat_length.
have zeros_value c x : line_value (Line (repeat 0 (Z.to_nat (outputs e)))
    (repeat 0 (Z.to_nat (outputs e)))) c x = 0.
  by rewrite /line_value /= nth_repeat.
rewrite /first_refused (sweepP _ _ _ _ zeros_n incr len_us len_ss ascend).
split=> H s ss c lt_c; have lt_c' : (c < Z.to_nat (outputs e))%nat by lia.
  have := H s ss c lt_c'; rewrite zeros_value Z.add_0_l => /value_withinP.
  by rewrite network_valueE.
rewrite zeros_value Z.add_0_l; apply/value_withinP.
have lt_cZ : Z.of_nat c < outputs e by lia.
by have := H s ss c lt_cZ; rewrite network_valueE.
Qed.

(* The checker says yes to exactly the well-formed certificates whose claim   *)
(* is true: it refuses no honest one.                                         *)
Theorem check_iff e : check e <-> well_formed e /\ claim e.
Proof.
rewrite /check; case wf: (well_formed e) => /=; last by split=> // [[]].
have := first_refusedP wf; case: (first_refused e) => [|s ss] refusedP.
  by split=> // _; split=> //; apply/refusedP.
by split=> // [[_ /refusedP]].
Qed.

(* Soundness. If the checker says yes, then at every sample every output of   *)
(* the network, sum_j w_j max(x - b_j, 0), differs from its target by no more *)
(* than the bound.                                                            *)
Theorem check_sound e : check e ->
  forall s, In s (samples e) -> forall c, Z.of_nat c < outputs e ->
  Qle (Qabs (network_value e c (dyadic (point s) (point_places e)) -
             dyadic (target s c) (target_places e)))
      (dyadic (bound e) (bound_places e)).
Proof. by case/check_iff. Qed.
