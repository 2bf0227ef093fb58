(* Rademacher complexity of a class that fits every labelling: Zhang et al.   *)
(* (2017), Section 2.2.                                                       *)
From mathcomp Require Import all_ssreflect all_algebra.
From Rethink Require Import interpolation.relu_interpolation.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(******************************************************************************)
(* The empirical Rademacher complexity of a class H on z_1 ... z_n is the     *)
(* mean over all signs s of sup_(h in H) (1/n) sum_i s_i h(z_i). H may be any *)
(* class, also an infinite one, so the supremum is a relation: that it exists *)
(* has to be proved.                                                          *)
(*                                                                            *)
(*                       sign R y == 1 or -1 for a boolean y                  *)
(*              correlation z s h == (1/n) sum_i s_i h(z_i)                   *)
(*                   supremum P u == u is the least upper bound of the        *)
(*                                   numbers in P                             *)
(*    rademacher_complexity H z r == for all signs s the correlations with s  *)
(*                                   have a supremum, and r is the mean of    *)
(*                                   these suprema                            *)
(*                   shatters H z == H takes every labelling of z by 1 and    *)
(*                                   -1                                       *)
(*            vc_dimension_ge H n == H shatters some n distinct points        *)
(*            relu_classifier net == the sign of a network's output           *)
(*             relu_classifiers h == h is relu_classifier net for some        *)
(*                                   network with n hidden units              *)
(*                                                                            *)
(* Main theorems: rademacher_complexity_shattered, for any class;             *)
(* relu_classifiers_complexity and relu_classifiers_vc_dimension, for the     *)
(* networks of Theorem 1.                                                     *)
(******************************************************************************)

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Definition sign (R : ringType) (y : bool) : R := if y then 1 else - 1.

Definition supremum (R : numDomainType) (P : R -> Prop) (u : R) :=
  (forall t, P t -> t <= u) /\ (forall v, (forall t, P t -> t <= v) -> u <= v).

Section Rademacher.

Variables (R : realFieldType) (T : Type) (n : nat).
Implicit Types (H : (T -> R) -> Prop) (h : T -> R) (z : 'I_n -> T).
Implicit Types (s : {ffun 'I_n -> bool}).

Definition correlation z s h : R := n%:R^-1 * \sum_i sign R (s i) * h (z i).

Definition correlations H z s t := exists2 h, H h & t = correlation z s h.

Definition rademacher_complexity H z (r : R) :=
  exists2 u : {ffun 'I_n -> bool} -> R,
    forall s, supremum (correlations H z s) (u s) &
    r = (\sum_s u s) / (2 ^ n)%:R.

Definition shatters H z :=
  forall y : 'I_n -> bool, exists2 h, H h & forall i, h (z i) = sign R (y i).

Lemma signM y : sign R y * sign R y = 1.
Proof. by case: y; rewrite ?mulrNN mulr1. Qed.

Lemma norm_sign y : `|sign R y| = 1.
Proof. by case: y; rewrite ?normrN normr1. Qed.

(* Values between -1 and 1 correlate with signs by at most 1.                 *)
Lemma correlation_le1 z s h :
  (forall i, `|h (z i)| <= 1) -> correlation z s h <= 1.
Proof.
move=> h_le1; have sum_le : \sum_i sign R (s i) * h (z i) <= n%:R.
  rewrite -[n in n%:R]card_ord -sumr_const; apply: ler_sum => i _.
  by apply: le_trans (ler_norm _) _; rewrite normrM norm_sign mul1r.
apply: le_trans (ler_wpmul2l _ sum_le) _; first by rewrite invr_ge0 ler0n.
by case: (n) => [|k]; rewrite ?mulr0 ?ler01 // mulVf ?pnatr_eq0.
Qed.

(* A function that takes the signs as its values correlates by 1.             *)
Lemma correlation_labelling z s h : (0 < n)%N ->
  (forall i, h (z i) = sign R (s i)) -> correlation z s h = 1.
Proof.
move=> n_gt0 h_s; rewrite /correlation (eq_bigr (fun=> 1)) => [|i _].
  by rewrite sumr_const card_ord mulVf // pnatr_eq0 -lt0n.
by rewrite h_s signM.
Qed.

Lemma supremum_shattered H z s : (0 < n)%N ->
    (forall h, H h -> forall i, `|h (z i)| <= 1) -> shatters H z ->
  forall u, supremum (correlations H z s) u <-> u = 1.
Proof.
move=> n_gt0 H_le1 H_z; have [h Hh h_s] := H_z s.
have corr1 : correlations H z s 1 by exists h; rewrite ?correlation_labelling.
have corr_le1 t : correlations H z s t -> t <= 1.
  by case=> g /H_le1 g_le1 ->; apply: correlation_le1.
move=> u; split=> [[u_ub u_least]|->]; last by split=> // v; apply.
by apply/le_anti; rewrite u_ub // u_least.
Qed.

End Rademacher.

(* A class with values in [-1, 1] that realises every +-1 labelling of a      *)
(* sample has empirical Rademacher complexity exactly 1 on it, the largest    *)
(* possible.                                                                  *)
Theorem rademacher_complexity_shattered (R : realFieldType) (T : Type)
    (n : nat) (H : (T -> R) -> Prop) (z : 'I_n -> T) :
    (0 < n)%N -> (forall h, H h -> forall i, `|h (z i)| <= 1) -> shatters H z ->
  forall r, rademacher_complexity H z r <-> r = 1.
Proof.
move=> n_gt0 H_le1 H_z r.
have pow_neq0 : (2 ^ n)%:R != 0 :> R by rewrite pnatr_eq0 -lt0n expn_gt0.
have sum1 : (\sum_(s : {ffun 'I_n -> bool}) 1) / (2 ^ n)%:R = 1 :> R.
  by rewrite sumr_const card_ffun card_bool card_ord divff.
split=> [[u u_sup ->]|->].
  rewrite -[RHS]sum1; congr (_ / _); apply: eq_bigr => s _.
  exact/(supremum_shattered s n_gt0 H_le1 H_z).
by exists (fun=> 1) => // s; apply/(supremum_shattered s n_gt0 H_le1 H_z).
Qed.

Definition vc_dimension_ge (R : realFieldType) (T : Type)
    (H : (T -> R) -> Prop) (n : nat) :=
  exists2 z : 'I_n -> T, injective z & shatters H z.

Section Classifiers.

Variables (R : realFieldType) (d n : nat).

Definition relu_classifier (net : relu_network R d n 1) (z : 'rV_d) : R :=
  sign R (0 <= eval net z 0 0).

Definition relu_classifiers (h : 'rV[R]_d -> R) :=
  exists net, h = relu_classifier net.

Lemma relu_classifiers_norm h z : relu_classifiers h -> `|h z| = 1.
Proof. by case=> net ->; apply: norm_sign. Qed.

Lemma relu_classifiers_shatter (z : 'I_n -> 'rV[R]_d) :
  injective z -> shatters relu_classifiers z.
Proof.
move=> z_inj y.
have [net [_ fits]] := relu_interpolation_count (fun i => sign R (y i)) z_inj.
exists (relu_classifier net) => [|i]; first by exists net.
by rewrite /relu_classifier fits; case: (y i); rewrite ?ler01 // oppr_ge0 ler10.
Qed.

End Classifiers.

(* The classifiers of Theorem 1's networks, of 2 n + d weights each, shatter  *)
(* any n distinct points and have Rademacher complexity 1 on them.            *)
Theorem relu_classifiers_complexity (R : realFieldType) (d n : nat)
    (z : 'I_n -> 'rV[R]_d) (H := @relu_classifiers R d n) :
    (0 < n)%N -> injective z ->
  [/\ forall net : relu_network R d n 1, weight_count net = (2 * n + d)%N,
      shatters H z
    & forall r, rademacher_complexity H z r <-> r = 1].
Proof.
move=> n_gt0 z_inj; have H_z := relu_classifiers_shatter z_inj.
split=> // [net|].
  by rewrite weight_countE mulnC.
apply: rademacher_complexity_shattered => // h Hh i.
by rewrite (relu_classifiers_norm _ Hh).
Qed.

(* Their VC dimension is at least n, in any dimension d > 0.                  *)
Theorem relu_classifiers_vc_dimension (R : realFieldType) (d n : nat) :
  (0 < d)%N -> vc_dimension_ge (@relu_classifiers R d n) n.
Proof.
case: d => // d _; pose z (i : 'I_n) : 'rV[R]_d.+1 := const_mx i%:R.
have z_inj : injective z.
  move=> i j /matrixP/(_ 0 0); rewrite !mxE => /eqP.
  by rewrite eqr_nat => /eqP/val_inj.
by exists z => //; apply: relu_classifiers_shatter.
Qed.
