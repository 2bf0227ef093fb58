(* Uniform stability knows no labels: Zhang et al. (2017), Section 2.2.       *)
From mathcomp Require Import all_ssreflect all_algebra.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(******************************************************************************)
(* Uniform stability (Bousquet and Elisseeff, 2002) is a supremum over all    *)
(* samples, so it is a number of the algorithm and of no data. One and the    *)
(* same beta bounds the generalisation gap for true labels and for random     *)
(* ones. Under random labels the gap of an algorithm that fits them is large; *)
(* so beta is large, and says nothing of true labels either.                  *)
(*                                                                            *)
(*                distribution R E == finitely many outcomes in E, with       *)
(*                                    masses >= 0 that add up to 1            *)
(*                 expectation D g == the mean of g over D                    *)
(*                         iid D n == samples of n independent draws from D   *)
(*                   replace S i e == the sample S with e for its i-th        *)
(*                                    example                                 *)
(*    uniformly_stable loss A beta == replacing one example of any sample     *)
(*                                    moves the loss of A's model at any      *)
(*                                    example by at most beta                 *)
(*                   risk loss D m == the mean loss of the model m over D     *)
(*         empirical_risk loss S m == the mean loss of m over the sample S    *)
(*                  zero_one R h e == the 0-1 loss of a classifier h at e =   *)
(*                                    (input, label)                          *)
(*                 true_labels D f == the inputs of D with the labels f       *)
(*                 random_labels D == the inputs of D with independent fair   *)
(*                                    labels                                  *)
(*               distinct_inputs S == no two examples of S share an input     *)
(*                   fits_labels A == A's classifier is right on every        *)
(*                                    sample of distinct inputs, whatever     *)
(*                                    the labels                              *)
(*                      memorise S == the classifier that looks its input up  *)
(*                                    in S                                    *)
(*                                                                            *)
(* Main theorems: stability_relabelling, expected_gap, stability_label_blind, *)
(* fitting_unstable, memorise_stability.                                      *)
(******************************************************************************)

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Record distribution (R : realFieldType) (E : Type) := Distribution {
  outcome : finType;
  value : outcome -> E;
  mass : outcome -> R;
  mass_ge0 : forall t, 0 <= mass t;
  sum_mass : \sum_t mass t = 1
}.

Definition replace (E : Type) n (S : {ffun 'I_n -> E}) i e :=
  [ffun j => if j == i then e else S j].

Section Expectation.

Variables (R : realFieldType) (E : Type) (D : distribution R E).

Definition expectation (g : E -> R) := \sum_t mass t * g (value (d := D) t).

Variable n : nat.

Let sample_mass (f : {ffun 'I_n -> outcome D}) := \prod_i mass (f i).

Let sample_mass_ge0 f : 0 <= sample_mass f.
Proof. by apply: prodr_ge0 => i _; apply: mass_ge0. Qed.

Let sum_sample_mass : \sum_f sample_mass f = 1.
Proof.
rewrite /sample_mass -(bigA_distr_bigA (fun _ => mass (d := D))) /=.
by rewrite big1 // => i _; apply: sum_mass.
Qed.

Definition iid := @Distribution R {ffun 'I_n -> E} _
  (fun f : {ffun 'I_n -> outcome D} => [ffun i => value (f i)])
  _ sample_mass_ge0 sum_sample_mass.

End Expectation.

Section ExpectationTheory.

Variables (R : realFieldType) (E : Type) (D : distribution R E).
Implicit Types g : E -> R.

Lemma expectationB g g' :
  expectation D (fun e => g e - g' e) = expectation D g - expectation D g'.
Proof.
by rewrite /expectation -sumrB; apply: eq_bigr => t _; rewrite mulrBr.
Qed.

Lemma expectationZ c g : expectation D (fun e => c * g e) = c * expectation D g.
Proof.
by rewrite /expectation mulr_sumr; apply: eq_bigr => t _; rewrite mulrCA.
Qed.

Lemma expectation_sum (I : finType) (g : I -> E -> R) :
  expectation D (fun e => \sum_i g i e) = \sum_i expectation D (g i).
Proof.
rewrite /expectation exchange_big; apply: eq_bigr => t _.
by rewrite mulr_sumr.
Qed.

Lemma expectation_const c : expectation D (fun=> c) = c.
Proof. by rewrite /expectation -mulr_suml sum_mass mul1r. Qed.

Lemma eq_expectation g g' : g =1 g' -> expectation D g = expectation D g'.
Proof. by move=> eq_g; apply: eq_bigr => t _; rewrite eq_g. Qed.

Lemma norm_expectation_le c g :
  (forall e, `|g e| <= c) -> `|expectation D g| <= c.
Proof.
move=> g_le; rewrite -[c]expectation_const.
apply: le_trans (ler_norm_sum _ _ _) (ler_sum _ _) => t _.
by rewrite normrM (ger0_norm (mass_ge0 t)) ler_wpmul2l ?mass_ge0.
Qed.

End ExpectationTheory.

Lemma replaceK (E : Type) n (S : {ffun 'I_n -> E}) i e :
  replace (replace S i e) i (S i) = S.
Proof. by apply/ffunP => j; rewrite !ffunE; case: eqP => // ->. Qed.

Lemma replace_at (E : Type) n (S : {ffun 'I_n -> E}) i e : replace S i e i = e.
Proof. by rewrite ffunE eqxx. Qed.

Section Swap.

Variables (R : realFieldType) (E : Type) (D : distribution R E) (n : nat).
Variable i : 'I_n.
Implicit Types f : {ffun 'I_n -> outcome D}.

(* Two draws, a sample and one more example, in their joint distribution.     *)
Lemma expectation_pair (g : {ffun 'I_n -> E} -> E -> R) :
  expectation (iid D n) (fun S => expectation D (g S)) =
  \sum_(ft : {ffun 'I_n -> outcome D} * outcome D)
     (\prod_j mass (ft.1 j) * mass ft.2) *
     g [ffun j => value (ft.1 j)] (value ft.2).
Proof.
rewrite -(pair_bigA _ (fun f t => (\prod_j mass (f j) * mass t) *
  g [ffun j => value (f j)] (value t))) /=.
apply: eq_bigr => f _; rewrite [LHS]mulr_sumr.
by apply: eq_bigr => t _; rewrite mulrA.
Qed.

Lemma mass_swap f t :
  \prod_j mass (replace f i t j) * mass (f i) = \prod_j mass (f j) * mass t.
Proof.
rewrite (bigD1 i) // [in RHS](bigD1 i) //= replace_at mulrAC.
rewrite [mass t * _]mulrC mulrAC; congr (_ * _ * _).
by apply: eq_bigr => j j_neq_i; rewrite ffunE (negPf j_neq_i).
Qed.

(* The i-th example of a sample and a fresh one may change places.            *)
Lemma expectation_swap (g : {ffun 'I_n -> E} -> E -> R) :
  expectation (iid D n) (fun S => expectation D (g S)) =
  expectation (iid D n)
    (fun S => expectation D (fun e => g (replace S i e) (S i))).
Proof.
pose swap (ft : {ffun 'I_n -> outcome D} * outcome D) :=
  (replace ft.1 i ft.2, ft.1 i).
have swapK : involutive swap.
  by case=> f t; rewrite /swap /= replaceK replace_at.
rewrite !expectation_pair (reindex_inj (inv_inj swapK)) /=.
apply: eq_bigr => -[f t] _ /=; rewrite mass_swap; congr (_ * g _ _).
  by apply/ffunP => j; rewrite !ffunE; case: eqP.
by rewrite ffunE.
Qed.

End Swap.

Section Stability.

Variables (R : realFieldType) (E M : Type) (n : nat).
Variables (loss : M -> E -> R) (A : {ffun 'I_n -> E} -> M).
Implicit Types (S : {ffun 'I_n -> E}) (D : distribution R E).

Definition uniformly_stable (beta : R) := forall S i e test,
  `|loss (A S) test - loss (A (replace S i e)) test| <= beta.

Definition risk D m := expectation D (loss m).

Definition empirical_risk S m := n%:R^-1 * \sum_i loss m (S i).

(* Risk and loss at the i-th example differ by at most beta in expectation.   *)
Lemma expected_gap_at beta D i : uniformly_stable beta ->
  `|expectation (iid D n) (fun S => risk D (A S)) -
    expectation (iid D n) (fun S => loss (A S) (S i))| <= beta.
Proof.
move=> A_stable.
have -> : expectation (iid D n) (fun S => loss (A S) (S i)) =
          expectation (iid D n)
            (fun S => expectation D (fun e => loss (A (replace S i e)) e)).
  rewrite (expectation_swap _ i); apply: eq_expectation => S.
  rewrite -[LHS](expectation_const D); apply: eq_expectation => e.
  by rewrite replaceK.
rewrite -expectationB; apply: norm_expectation_le => S.
by rewrite -expectationB; apply: norm_expectation_le => e; apply: A_stable.
Qed.

(* Bousquet and Elisseeff's bound: under uniform stability risk and empirical *)
(* risk differ by at most beta in expectation, for every distribution.        *)
Theorem expected_gap beta D : (0 < n)%N -> uniformly_stable beta ->
  `|expectation (iid D n) (fun S => risk D (A S) - empirical_risk S (A S))|
    <= beta.
Proof.
move=> n_gt0 A_stable; have n_neq0 : n%:R != 0 :> R by rewrite pnatr_eq0 -lt0n.
rewrite expectationB expectationZ expectation_sum.
set r := expectation _ _; rewrite -[r](mulKf n_neq0).
rewrite [n%:R * r]mulr_natl -{2}[n]card_ord -sumr_const -mulrBr -sumrB.
rewrite normrM ger0_norm ?invr_ge0 ?ler0n // ler_pdivr_mull ?ltr0n //.
rewrite mulr_natl -[n in _ *+ n]card_ord -sumr_const.
apply: le_trans (ler_norm_sum _ _ _) (ler_sum _ _) => i _.
exact: expected_gap_at.
Qed.

End Stability.

(* The least beta is that of an algorithm that ignores its sample.            *)
Lemma constant_stable (R : realFieldType) (E M : Type) (n : nat)
    (loss : M -> E -> R) (m : M) :
  uniformly_stable loss (fun _ : {ffun 'I_n -> E} => m) 0.
Proof. by move=> S i e test; rewrite subrr normr0. Qed.

(* Renaming labels, even differently at each input, changes no stability:     *)
(* beta belongs to the algorithm, not to the labels.                          *)
Theorem stability_relabelling (R : realFieldType) (Z Y M : Type) (n : nat)
    (loss : M -> Z * Y -> R) (A : {ffun 'I_n -> Z * Y} -> M)
    (rename undo : Z -> Y -> Y)
    (relabel := fun e : Z * Y => (e.1, rename e.1 e.2)) :
    (forall z, cancel (rename z) (undo z)) ->
    (forall z, cancel (undo z) (rename z)) ->
  forall beta,
  uniformly_stable (fun m e => loss m (relabel e))
    (fun S => A [ffun i => relabel (S i)]) beta <->
  uniformly_stable loss A beta.
Proof.
move=> renameK undoK beta.
have relabel_replace S i e : [ffun j => relabel (replace S i e j)] =
    replace [ffun j => relabel (S j)] i (relabel e).
  by apply/ffunP => j; rewrite !ffunE; case: eqP.
split=> A_stable S i e test; last first.
  by rewrite relabel_replace; apply: A_stable.
pose restore (e : Z * Y) := (e.1, undo e.1 e.2).
have restoreK : cancel restore relabel.
  by case=> z y; rewrite /relabel /= undoK.
have := A_stable [ffun j => restore (S j)] i (restore e) (restore test).
rewrite relabel_replace !restoreK.
suff -> : [ffun j => relabel ([ffun k => restore (S k)] j)] = S by [].
by apply/ffunP => j; rewrite !ffunE restoreK.
Qed.

Section Classification.

Variables (R : realFieldType) (Z : Type) (n : nat).
Implicit Types (h : Z -> bool) (S : {ffun 'I_n -> Z * bool}).

Definition zero_one h (e : Z * bool) : R := (h e.1 != e.2)%:R.

Section Labels.

Variable D : distribution R Z.

Definition true_labels (f : Z -> bool) := @Distribution R (Z * bool) _
  (fun t => (value t, f (value t))) _ (mass_ge0 (d := D)) (sum_mass D).

Let half_mass (ty : outcome D * bool) := mass ty.1 / 2%:R.

Let half_mass_ge0 ty : 0 <= half_mass ty.
Proof. by rewrite divr_ge0 ?mass_ge0 ?ler0n. Qed.

Let sum_half_mass : \sum_ty half_mass ty = 1.
Proof.
rewrite -(pair_bigA _ (fun t _ => mass t / 2%:R)) /= -[RHS](sum_mass D).
by apply: eq_bigr => t _; rewrite big_bool /= -splitr.
Qed.

Definition random_labels := @Distribution R (Z * bool) _
  (fun ty => (value ty.1, ty.2)) _ half_mass_ge0 sum_half_mass.

(* Against fair labels every classifier errs half of the time.                *)
Lemma risk_random_labels h : risk zero_one random_labels h = 1 / 2%:R.
Proof.
rewrite /risk /expectation -(pair_bigA _ (fun t y =>
  half_mass (t, y) * zero_one h (value t, y))) /=.
rewrite -[X in X / _](sum_mass D) mulr_suml; apply: eq_bigr => t _.
rewrite big_bool /zero_one /half_mass /=.
by case: (h _); rewrite mulr0 mulr1 ?addr0 ?add0r.
Qed.

End Labels.

Definition distinct_inputs S := injective (fun i => (S i).1).

Definition fits_labels (A : {ffun 'I_n -> Z * bool} -> Z -> bool) :=
  forall S, distinct_inputs S -> forall i, A S (S i).1 = (S i).2.

End Classification.

(* One beta bounds the generalisation gap under true labels and under random  *)
(* ones. Under random labels the risk is 1/2; so beta is at least 1/2 less    *)
(* the expected training error there, and what it promises for the true       *)
(* labels is no better.                                                       *)
Theorem stability_label_blind (R : realFieldType) (Z : Type) (n : nat)
    (A : {ffun 'I_n -> Z * bool} -> Z -> bool) (beta : R)
    (D : distribution R Z) (truth : Z -> bool) (loss := zero_one R (Z := Z))
    (gap := fun D' => expectation (iid D' n)
       (fun S => risk loss D' (A S) - empirical_risk loss S (A S))) :
    (0 < n)%N -> uniformly_stable loss A beta ->
  [/\ `|gap (true_labels D truth)| <= beta,
      `|gap (random_labels D)| <= beta
    & 1 / 2%:R - expectation (iid (random_labels D) n)
                   (fun S => empirical_risk loss S (A S)) <= beta].
Proof.
move=> n_gt0 A_stable; split; try exact: expected_gap.
have := expected_gap (random_labels D) n_gt0 A_stable.
rewrite expectationB; under eq_expectation do rewrite risk_random_labels.
by rewrite expectation_const; apply: le_trans; apply: ler_norm.
Qed.

(* The 0-1 loss moves by at most 1, so every algorithm is 1-stable.           *)
Lemma stable1 (R : realFieldType) (Z : Type) (n : nat)
    (A : {ffun 'I_n -> Z * bool} -> Z -> bool) :
  uniformly_stable (zero_one R (Z := Z)) A 1.
Proof.
move=> S i e test; rewrite /zero_one.
do 2 case: (_ != _); rewrite ?subrr ?subr0 ?sub0r ?normrN.
all: by rewrite ?normr0 ?normr1 ?ler01.
Qed.

(* An algorithm that fits all labels, for which Theorem 1's networks are      *)
(* enough, is as unstable as can be: given n + 1 different inputs, beta is at *)
(* least 1.                                                                   *)
Theorem fitting_unstable (R : realFieldType) (Z : Type) (n : nat)
    (A : {ffun 'I_n -> Z * bool} -> Z -> bool) (z : 'I_n.+1 -> Z) (beta : R) :
    (0 < n)%N -> injective z -> fits_labels A ->
  uniformly_stable (zero_one R (Z := Z)) A beta -> 1 <= beta.
Proof.
case: n A z => // n A z _ z_inj A_fits A_stable.
pose S := [ffun i : 'I_n.+1 => (z (lift ord0 i), true)].
pose e := (z ord0, ~~ A S (z ord0)).
have S'_distinct : distinct_inputs (replace S ord0 e).
  move=> i j; rewrite !ffunE; do 2 case: eqP => /= [->|_] //; move/z_inj.
  - by move/eqP; rewrite (negPf (neq_lift _ _)).
  - by move/eqP; rewrite eq_sym (negPf (neq_lift _ _)).
  by move/lift_inj.
have := A_stable S ord0 e e; rewrite /zero_one.
have := A_fits _ S'_distinct ord0; rewrite replace_at /= => ->.
by rewrite eqxx subr0; case: (A S _); rewrite normr1.
Qed.

Definition memorise (Z : eqType) n (S : {ffun 'I_n -> Z * bool}) (z : Z) :=
  if [pick i | (S i).1 == z] is Some i then (S i).2 else false.

Lemma memorise_fits (Z : eqType) n : fits_labels (@memorise Z n).
Proof.
move=> S S_distinct i; rewrite /memorise.
by case: pickP => [j /eqP/S_distinct -> //|/(_ i)]; rewrite eqxx.
Qed.

(* Such an algorithm exists, and its beta is 1, the worst possible: looking   *)
(* labels up in the sample.                                                   *)
Corollary memorise_stability (R : realFieldType) (Z : eqType) (n : nat)
    (z : 'I_n.+1 -> Z) :
    (0 < n)%N -> injective z ->
  forall beta,
  uniformly_stable (zero_one R (Z := Z)) (@memorise Z n) beta <-> 1 <= beta.
Proof.
move=> n_gt0 z_inj beta; split=> [|beta_ge1 S i e test].
  exact: fitting_unstable n_gt0 z_inj (@memorise_fits Z n).
by apply: le_trans beta_ge1; apply: stable1.
Qed.
