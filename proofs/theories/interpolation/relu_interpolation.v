(* Theorem 1: Zhang et al. (2017), Section 4.                                 *)
From mathcomp Require Import all_ssreflect all_fingroup all_algebra.
From Rethink Require Import interpolation.relu_matrix.
From Rethink Require Import interpolation.separating_direction.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(******************************************************************************)
(*    relu_network R d n c == two-layer networks with d inputs, n hidden      *)
(*                            units that share one direction, and c outputs   *)
(*             weights net == the list of the network's numbers: direction,   *)
(*                            thresholds and output weights                   *)
(*        weight_count net == how many they are                               *)
(*              eval net z == the outputs at z, a row: output l is the sum    *)
(*                            over j of W_jl relu (<a, z> - b_j)              *)
(*                                                                            *)
(* Main theorems: interleaved_network, what a run may conclude from what it   *)
(* checks; weight_countE; relu_interpolation, Theorem 1; and                  *)
(* relu_interpolation_count, Theorem 1 in the words of the paper.             *)
(******************************************************************************)

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Record relu_network (R : ringType) (d n c : nat) := ReluNetwork {
  direction : 'cV[R]_d;
  thresholds : 'I_n -> R;
  output_weights : 'M[R]_(n, c)
}.

Section Network.

Variables (R : realFieldType) (d n c : nat).
Implicit Types (net : relu_network R d n c) (z : 'rV[R]_d).

Definition weights net : seq R :=
  [seq direction net k 0 | k : 'I_d] ++
  [seq thresholds net j | j : 'I_n] ++
  [seq output_weights net jl.1 jl.2 | jl : 'I_n * 'I_c].

Definition weight_count net := size (weights net).

Definition eval net z : 'rV[R]_c :=
  \row_l \sum_j output_weights net j l *
    relu (projection (direction net) z - thresholds net j).

(* A network with n hidden units and c outputs has n (1 + c) + d weights.     *)
Theorem weight_countE net : weight_count net = (n * (1 + c) + d)%N.
Proof.
rewrite /weight_count !size_cat !size_image card_prod !card_ord.
by rewrite mulnDr muln1 addnC.
Qed.

End Network.

Section Interpolation.

Variables (R : realFieldType) (d n m c : nat).
Variables (z : 'I_n -> 'rV[R]_d) (a : 'cV[R]_d) (b : 'I_m -> R).

Let x (r : 'I_m -> 'I_n) k := projection a (z (r k)).

Lemma eval_relu_matrix r W k :
  eval (ReluNetwork a b W) (z (r k)) =
  row k (relu_matrix (x r) b *m W) :> 'rV_c.
Proof.
by apply/rowP => l; rewrite !mxE; apply: eq_bigr => j _; rewrite mxE mulrC.
Qed.

(* What a run checks: m of the samples, the representatives r, interleave     *)
(* with the thresholds, and every sample equals a representative and has its  *)
(* targets. Then exactly one W fits all samples.                              *)
Theorem interleaved_network (r : 'I_m -> 'I_n) (Y : 'M_(n, c)) :
    weakly_interleaved (x r) b ->
    (forall i, exists2 k, z i = z (r k) & row i Y = row (r k) Y) ->
  exists! W, forall i, eval (ReluNetwork a b W) (z i) = row i Y.
Proof.
move=> /relu_matrix_unit A_unit r_onto; set A := relu_matrix _ _ in A_unit.
exists (invmx A *m rowsub r Y); split=> [i | W fits].
  have [k -> ->] := r_onto i.
  by rewrite eval_relu_matrix mulKVmx // row_rowsub.
rewrite -[W](mulKmx A_unit); congr (_ *m _); apply/row_matrixP => k.
by rewrite -eval_relu_matrix fits row_rowsub.
Qed.

End Interpolation.

(* Increasing points have thresholds between them: midpoints.                 *)
Lemma interleaving_exists (R : realFieldType) n (x : 'I_n -> R) :
    (forall i j : 'I_n, (i < j)%N -> x i < x j) ->
  exists b, interleaved x b.
Proof.
move=> x_incr.
pose before (j : 'I_n) := Ordinal (leq_ltn_trans (leq_pred j) (ltn_ord j)).
exists (fun j : 'I_n =>
  if j == 0%N :> nat then x j - 1 else (x (before j) + x j) / 2%:R).
split=> [i | i j j_eq].
  case: eqP => [_|/eqP]; first by rewrite ltr_subl_addr ltr_addl ltr01.
  by rewrite -lt0n => i_gt0; rewrite midf_lt // x_incr //= prednK.
have before_j : before j = i by apply/val_inj; rewrite /= j_eq.
by rewrite j_eq /= before_j midf_lt // x_incr // j_eq.
Qed.

(* Different numbers can be sorted.                                           *)
Lemma sorting_permutation (R : realFieldType) n (x : 'I_n -> R) :
    injective x ->
  exists s : 'S_n, forall i j : 'I_n, (i < j)%N -> x (s i) < x (s j).
Proof.
move=> x_inj; pose t := [tuple x i | i < n].
have sorted_t : sorted <%R (sort <=%R t).
  by rewrite sort_lt_sorted map_inj_uniq ?enum_uniq.
have /tuple_permP[s t_s] : perm_eq (sort <=%R t) t by rewrite perm_sort.
have x_s k : x (s k) = nth 0 (sort <=%R t) k.
  by rewrite t_s -tnth_nth !tnth_mktuple.
exists s => i j lt_ij; rewrite !x_s lt_sorted_ltn_nth // inE.
all: by rewrite size_sort size_tuple ltn_ord.
Qed.

(* Theorem 1. For n distinct points there are a direction a and thresholds b, *)
(* depending on the points alone, such that for all targets exactly one       *)
(* choice of output weights makes the network take them.                      *)
Theorem relu_interpolation (R : realFieldType) (d n : nat)
    (z : 'I_n -> 'rV[R]_d) :
    injective z ->
  exists (a : 'cV_d) (b : 'I_n -> R), forall (c : nat) (Y : 'M_(n, c)),
  exists! W, forall i, eval (ReluNetwork a b W) (z i) = row i Y.
Proof.
move=> z_inj.
have [a a_sep] := separating_direction_infinite (@infinite_num R) z_inj.
have [s s_incr] := sorting_permutation a_sep.
have [b b_x] := interleaving_exists s_incr.
exists a, b => c Y.
apply: (interleaved_network (r := s) (interleavedW b_x)) => i.
by exists (s^-1%g i); rewrite permKV.
Qed.

(* Theorem 1 as the paper puts it: a network with 2 n + d weights represents  *)
(* any function on a sample of size n in d dimensions.                        *)
Corollary relu_interpolation_count (R : realFieldType) (d n : nat)
    (z : 'I_n -> 'rV[R]_d) (y : 'I_n -> R) :
    injective z ->
  exists net : relu_network R d n 1,
    weight_count net = (2 * n + d)%N /\ forall i, eval net (z i) 0 0 = y i.
Proof.
case/relu_interpolation=> a [b] /(_ 1%N (\col_i y i))[W [fits _]].
exists (ReluNetwork a b W); split=> [|i]; last by rewrite fits !mxE.
by rewrite weight_countE mulnC.
Qed.
