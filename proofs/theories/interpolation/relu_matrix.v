(* Lemma 1: Zhang et al. (2017), Section 4.                                   *)
From mathcomp Require Import all_ssreflect all_algebra.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(******************************************************************************)
(* Points x_1 ... x_n and thresholds b_1 ... b_n live in an ordered field and *)
(* are indexed by 'I_n, that is, from 0.                                      *)
(*                                                                            *)
(*                    relu t == max(t, 0)                                     *)
(*           relu_matrix x b == the n x n matrix of relu (x_i - b_j)          *)
(*           interleaved x b == b_1 < x_1 < b_2 < x_2 < ... < b_n < x_n       *)
(*    weakly_interleaved x b == b_1 < x_1 <= b_2 < x_2 <= ... <= b_n < x_n:   *)
(*                              a threshold may stand on the point before it  *)
(*                 gap x b i == x_i - b_i                                     *)
(*             least_gap x b == the least gap, for n.+1 points                *)
(*                                                                            *)
(* Main theorems: relu_matrix_interleaved, relu_matrix_least_eigenvalue. They *)
(* ask for weak interleaving, which by interleavedW the strict one implies.   *)
(******************************************************************************)

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Definition relu (R : realDomainType) (t : R) : R := Num.max t 0.

Section Relu.

Variable R : realDomainType.
Implicit Types t : R.

Lemma relu_pos t : 0 <= t -> relu t = t.
Proof. by move=> t_ge0; apply/max_idPl. Qed.

Lemma relu_neg t : t <= 0 -> relu t = 0.
Proof. by move=> t_le0; apply/max_idPr. Qed.

End Relu.

Section Interleaving.

Variables (R : realFieldType) (n : nat).
Implicit Types x b : 'I_n -> R.

Definition relu_matrix x b : 'M[R]_n := \matrix_(i, j) relu (x i - b j).

Definition interleaved x b :=
  (forall i, b i < x i) /\ (forall i j : 'I_n, j = i.+1 :> nat -> x i < b j).

Definition weakly_interleaved x b :=
  (forall i, b i < x i) /\ (forall i j : 'I_n, j = i.+1 :> nat -> x i <= b j).

Definition gap x b i := x i - b i.

Lemma interleavedW x b : interleaved x b -> weakly_interleaved x b.
Proof. by case=> b_lt_x x_lt_b; split=> // i j /x_lt_b /ltW. Qed.

Section Matrix.

Variables x b : 'I_n -> R.
Hypothesis x_b_interleaved : weakly_interleaved x b.

Let A := relu_matrix x b.

Lemma gap_gt0 i : 0 < gap x b i.
Proof. by rewrite subr_gt0 x_b_interleaved.1. Qed.

(* A point is at most every later threshold.                                  *)
Lemma point_le_threshold (i j : 'I_n) : (i < j)%N -> x i <= b j.
Proof.
case: j => j j_lt_n /=; elim: j j_lt_n => // j IHj j_lt_n.
rewrite ltnS leq_eqVlt => /predU1P[i_eq|i_lt_j].
  by apply: x_b_interleaved.2; rewrite /= -i_eq.
have j_lt_n' : (j < n)%N by apply: ltnW.
apply: le_trans (IHj j_lt_n' i_lt_j) _.
apply: le_trans (ltW (x_b_interleaved.1 (Ordinal j_lt_n'))) _.
by apply: x_b_interleaved.2.
Qed.

Lemma relu_matrix_diag i : A i i = gap x b i.
Proof. by rewrite mxE relu_pos // ltW ?gap_gt0. Qed.

(* The matrix is lower triangular.                                            *)
Lemma relu_matrix_trig : is_trig_mx A.
Proof.
apply/is_trig_mxP => i j i_lt_j; rewrite mxE relu_neg //.
by rewrite subr_le0 point_le_threshold.
Qed.

Lemma det_relu_matrix : \det A = \prod_i gap x b i.
Proof.
rewrite (det_trig relu_matrix_trig).
by apply: eq_bigr => i _; apply: relu_matrix_diag.
Qed.

Lemma det_relu_matrix_gt0 : 0 < \det A.
Proof. by rewrite det_relu_matrix prodr_gt0 // => i _; apply: gap_gt0. Qed.

Lemma relu_matrix_unit : A \in unitmx.
Proof. by rewrite unitmxE unitfE gt_eqF // det_relu_matrix_gt0. Qed.

Lemma rank_relu_matrix : \rank A = n.
Proof. by rewrite mxrank_unit ?relu_matrix_unit. Qed.

Lemma char_poly_relu_matrix :
  char_poly A = \prod_i ('X - (gap x b i)%:P).
Proof.
rewrite (char_poly_trig relu_matrix_trig).
by apply: eq_bigr => i _; rewrite relu_matrix_diag.
Qed.

Lemma eigenvalue_relu_matrixP l :
  reflect (exists i, l = gap x b i) (eigenvalue A l).
Proof.
rewrite eigenvalue_root_char char_poly_relu_matrix rootE horner_prod.
apply: (iffP (prodf_eq0 _ _)) => [[i _]|[i ->]].
  by rewrite hornerXsubC subr_eq0 => /eqP l_eq; exists i.
by exists i; rewrite // hornerXsubC subrr.
Qed.

End Matrix.

End Interleaving.

Section LeastGap.

Variables (R : realFieldType) (n : nat).
Implicit Types x b : 'I_n.+1 -> R.

Definition least_gap x b := \big[Num.min/gap x b ord0]_i gap x b i.

Lemma least_gap_le x b i : least_gap x b <= gap x b i.
Proof.
rewrite /least_gap; have := mem_index_enum i.
elim: (index_enum _) => // j s IHs; rewrite inE big_cons le_minl /=.
by case/predU1P=> [->|/IHs ->]; rewrite ?lexx ?orbT.
Qed.

Lemma least_gap_attained x b : exists i, least_gap x b = gap x b i.
Proof.
rewrite /least_gap; elim: (index_enum _) => [|j s [i IHs]].
  by exists ord0; rewrite big_nil.
rewrite big_cons {}IHs; case: leP => _; last by exists i.
by exists j.
Qed.

End LeastGap.

(* Lemma 1. If points and thresholds interleave, the matrix max(x_i - b_j, 0) *)
(* is lower triangular with determinant prod (x_i - b_i) > 0, so it is        *)
(* invertible and has full rank. Its eigenvalues, with multiplicities, are    *)
(* the gaps x_i - b_i: they are the roots of its characteristic polynomial.   *)
Theorem relu_matrix_interleaved (R : realFieldType) (n : nat)
    (x b : 'I_n -> R) (A := relu_matrix x b) :
    weakly_interleaved x b ->
  [/\ is_trig_mx A,
      \det A = \prod_i gap x b i /\ 0 < \det A,
      A \in unitmx /\ \rank A = n,
      char_poly A = \prod_i ('X - (gap x b i)%:P)
    & forall l, eigenvalue A l <-> exists i, l = gap x b i].
Proof.
move=> x_b; split=> [|||| l]; first exact: relu_matrix_trig.
- by rewrite det_relu_matrix_gt0 // det_relu_matrix.
- by rewrite relu_matrix_unit // rank_relu_matrix.
- exact: char_poly_relu_matrix.
by split=> /eigenvalue_relu_matrixP; apply.
Qed.

(* Lemma 1, the least eigenvalue: it is min_i (x_i - b_i), and is positive.   *)
(* (A matrix without rows has no eigenvalue, hence n.+1.)                     *)
Theorem relu_matrix_least_eigenvalue (R : realFieldType) (n : nat)
    (x b : 'I_n.+1 -> R) (A := relu_matrix x b) :
    weakly_interleaved x b ->
  [/\ 0 < least_gap x b, eigenvalue A (least_gap x b)
    & forall l, eigenvalue A l -> least_gap x b <= l].
Proof.
move=> x_b; have [i least_eq] := least_gap_attained x b; split.
- by rewrite least_eq gap_gt0.
- by apply/eigenvalue_relu_matrixP => //; exists i.
by move=> l /(eigenvalue_relu_matrixP x_b)[j ->]; apply: least_gap_le.
Qed.
