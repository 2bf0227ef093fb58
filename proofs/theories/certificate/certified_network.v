(* What a certificate says of the network of Theorem 1.                       *)
From Coq Require Import ZArith NArith QArith Qabs Lia.
From mathcomp Require Import all_ssreflect all_algebra.
From Rethink Require Import interpolation.relu_matrix.
From Rethink Require Import interpolation.separating_direction.
From Rethink Require Import interpolation.relu_interpolation.
From Rethink Require Import certificate.checker.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(******************************************************************************)
(* A certificate that the checker passes speaks of Theorem 1's network over   *)
(* any ordered field, at every input with the projection of a sample. Whether *)
(* the samples' projections are the certificate's points is not for the       *)
(* checker to say.                                                            *)
(*                                                                            *)
(*                   of_Z R m == the integer m as an element of the field R   *)
(*         dyadic_value R m p == m / 2^p                                      *)
(*    certified_network c e a == the network with direction a and the         *)
(*                               thresholds and output weights of the         *)
(*                               certificate e, for c outputs                 *)
(*                                                                            *)
(* Main theorem: certified_network_fits.                                      *)
(******************************************************************************)

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Definition difference (i j : nat) : Z := Z.sub (Z.of_nat i) (Z.of_nat j).

Section OfInteger.

Variable R : realFieldType.

Definition of_Z (m : Z) : R := (Z.to_nat m)%:R - (Z.to_nat (Z.opp m))%:R.

Lemma of_Z_nat (m : nat) : of_Z (Z.of_nat m) = m%:R.
Proof.
rewrite /of_Z Nat2Z.id (_ : Z.to_nat (Z.opp (Z.of_nat m)) = 0%N) ?subr0 //.
by case: m.
Qed.

Lemma nat_differences (m : Z) : exists i j, m = difference i j.
Proof.
by exists (Z.to_nat m), (Z.to_nat (Z.opp m)); rewrite /difference; lia.
Qed.

Lemma of_Z_difference i j : of_Z (difference i j) = i%:R - j%:R.
Proof.
rewrite /of_Z /difference; apply/eqP; rewrite subr_eq addrAC eq_sym subr_eq.
by rewrite -!natrD eqr_nat -!plusE; apply/eqP; lia.
Qed.

Lemma of_Z_add a b : of_Z (Z.add a b) = of_Z a + of_Z b.
Proof.
have [i [j ->]] := nat_differences a; have [k [l ->]] := nat_differences b.
rewrite (_ : Z.add _ _ = difference (i + k) (j + l)).
  by rewrite !of_Z_difference !natrD opprD addrACA.
by rewrite -!plusE /difference; lia.
Qed.

Lemma of_Z_mul a b : of_Z (Z.mul a b) = of_Z a * of_Z b.
Proof.
have [i [j ->]] := nat_differences a; have [k [l ->]] := nat_differences b.
rewrite (_ : Z.mul _ _ = difference (i * k + j * l) (i * l + j * k)).
  by rewrite !of_Z_difference !natrD !natrM opprD addrACA mulrBl !mulrBr opprB.
by rewrite -!plusE -!multE /difference; lia.
Qed.

Lemma of_Z_opp a : of_Z (Z.opp a) = - of_Z a.
Proof. by rewrite /of_Z Z.opp_involutive opprB. Qed.

Lemma of_Z_sub a b : of_Z (Z.sub a b) = of_Z a - of_Z b.
Proof. by rewrite -of_Z_opp -of_Z_add. Qed.

Lemma of_Z_le a b : (of_Z a <= of_Z b) = Z.leb a b.
Proof.
rewrite -subr_ge0 -of_Z_sub; case: Z.leb_spec => le_ab.
  by rewrite /of_Z (_ : Z.to_nat (Z.opp _) = 0%N) ?subr0 ?ler0n //; lia.
rewrite /of_Z (_ : Z.to_nat (Z.sub b a) = 0%N); last by lia.
by rewrite sub0r oppr_ge0 lern0; apply/negbTE/eqP; lia.
Qed.

Lemma of_Z_max a b : of_Z (Z.max a b) = Num.max (of_Z a) (of_Z b).
Proof.
case: (leP (of_Z a) (of_Z b)) => [|/ltW]; rewrite of_Z_le => /Z.leb_le le_ab.
  by rewrite Z.max_r.
by rewrite Z.max_l.
Qed.

Lemma of_Z0 : of_Z 0 = 0.
Proof. exact: (of_Z_nat 0). Qed.

Lemma of_Z_abs a : of_Z (Z.abs a) = `|of_Z a|.
Proof.
have [a_ge0|a_lt0] := Z.le_gt_cases 0 a.
  by rewrite Z.abs_eq // ger0_norm // -of_Z0 of_Z_le; apply/Z.leb_le.
rewrite Z.abs_neq ?of_Z_opp ?ler0_norm // -?of_Z0 ?of_Z_le; last by lia.
by apply/Z.leb_le; lia.
Qed.

Definition power (p : N) : R := 2%:R ^+ N.to_nat p.

Lemma of_Z_power p : of_Z (Z.pow 2 (Z.of_N p)) = power p.
Proof.
rewrite /power -(N2Nat.id p) nat_N_Z Nat2N.id.
elim: (N.to_nat p) => [|n IHn]; first exact: (of_Z_nat 1).
rewrite Nat2Z.inj_succ Z.pow_succ_r ?of_Z_mul ?IHn; last by lia.
by rewrite exprS -[of_Z 2]/(of_Z (Z.of_nat 2)) of_Z_nat.
Qed.

Lemma power_gt0 p : 0 < power p.
Proof. by rewrite exprn_gt0 ?ltr0n. Qed.

Lemma powerD p q : power (N.add p q) = power p * power q.
Proof. by rewrite /power N2Nat.inj_add plusE exprD. Qed.

Definition dyadic_value (m : Z) (p : N) : R := of_Z m / power p.

Lemma relu_dyadic x b p :
  relu (dyadic_value x p - dyadic_value b p) =
  dyadic_value (Z.max (Z.sub x b) 0) p.
Proof.
rewrite /dyadic_value -mulrBl -of_Z_sub of_Z_max of_Z0.
have pV_ge0 : 0 <= (power p)^-1 by rewrite invr_ge0 ltW ?power_gt0.
case: (leP (of_Z (Z.sub x b)) 0) => [le0|/ltW ge0].
  by rewrite mul0r relu_neg ?mulr_le0_ge0.
by rewrite relu_pos ?mulr_ge0.
Qed.

(* The integers that the checker compares, compared as numbers.               *)
Lemma value_within_norm e v y :
  value_within (Z.pow 2 (Z.of_N (target_places e)))
    (Z.pow 2 (Z.of_N (N.add (point_places e) (weight_places e))))
    (Z.pow 2 (Z.of_N (bound_places e)))
    (Z.mul (bound e) (Z.mul (Z.pow 2 (Z.of_N (target_places e)))
      (Z.pow 2 (Z.of_N (N.add (point_places e) (weight_places e)))))) v y ->
  `|dyadic_value v (N.add (point_places e) (weight_places e)) -
    dyadic_value y (target_places e)| <=
  dyadic_value (bound e) (bound_places e).
Proof.
rewrite /value_within -of_Z_le !of_Z_mul of_Z_abs of_Z_sub !of_Z_mul.
rewrite !of_Z_power /dyadic_value; move: (N.add _ _) => pq.
move: (power_gt0 pq) (power_gt0 (target_places e)) (power_gt0 (bound_places e)).
move: (power pq) (power (target_places e)) (power (bound_places e)).
move=> P T E P_gt0 T_gt0 E_gt0 le_b.
rewrite -mulNr addf_div ?gt_eqF // mulNr normrM normfV.
rewrite [`|P * T|]ger0_norm.
  rewrite ler_pdivr_mulr ?mulr_gt0 // mulrAC ler_pdivl_mulr //.
  by rewrite [P * T]mulrC.
by rewrite mulr_ge0 ?ltW.
Qed.

End OfInteger.

Section Certified.

Variables (R : realFieldType) (d c : nat) (e : evidence) (a : 'cV[R]_d).

Notation unit_at j := (tnth (in_tuple (units e)) j).

Definition certified_network : relu_network R d (size (units e)) c :=
  ReluNetwork a
    (fun j => dyadic_value R (threshold (unit_at j)) (point_places e))
    (\matrix_(j, l)
       dyadic_value R (checker.weight (unit_at j) l) (weight_places e)).

Lemma certified_network_value x z l :
  projection a z = dyadic_value R x (point_places e) ->
  eval certified_network z 0 l =
  dyadic_value R (plain_value (units e) l x)
    (N.add (point_places e) (weight_places e)).
Proof.
move=> z_x; rewrite mxE z_x [RHS]/dyadic_value.
have -> : of_Z R (plain_value (units e) l x) = \sum_(u <- units e)
    of_Z R (Z.mul (checker.weight u l) (Z.max (Z.sub x (threshold u)) 0)).
  rewrite /plain_value; elim: (units e) => [|u us IHus] /=.
    by rewrite big_nil of_Z0.
  by rewrite big_cons of_Z_add IHus.
rewrite [in RHS]big_tnth mulr_suml; apply: eq_bigr => j _.
rewrite mxE relu_dyadic /dyadic_value of_Z_mul powerD invfM mulrACA.
by rewrite [_^-1 * _^-1]mulrC.
Qed.

(* If the checker says yes, then at every input whose projection is that of a *)
(* sample, Theorem 1's network with these numbers differs from the sample's   *)
(* targets by no more than the bound.                                         *)
Theorem certified_network_fits :
  check e -> outputs e = Z.of_nat c ->
  forall s, List.In s (samples e) ->
  forall z, projection a z = dyadic_value R (point s) (point_places e) ->
  forall l : 'I_c,
  `|eval certified_network z 0 l -
    dyadic_value R (target s l) (target_places e)| <=
  dyadic_value R (bound e) (bound_places e).
Proof.
case/check_iff=> _ e_claim e_c s s_e z z_s l.
rewrite (certified_network_value l z_s); apply: value_within_norm.
apply/value_withinP; rewrite -network_valueE; apply: e_claim => //.
by rewrite e_c -Nat2Z.inj_lt; apply/ssrnat.ltP.
Qed.

End Certified.
