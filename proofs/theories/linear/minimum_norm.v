(* The solution of least norm: Zhang et al. (2017), Section 5.                *)
From mathcomp Require Import all_ssreflect all_algebra.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(******************************************************************************)
(* Samples are the rows of X, weights the columns of W, targets those of Y,   *)
(* an n x d, a d x k and an n x k matrix; k = 1 is one target.                *)
(*                                                                            *)
(*              sqnorm A == ||A||^2, the sum of the squares of all entries    *)
(*                gram X == X X^T, the inner products of the samples          *)
(*    minimum_norm X Y W == X W = Y, and ||W|| <= ||V|| whenever X V = Y      *)
(*                                                                            *)
(* Main theorem: minimum_norm_unique. If X W = Y is solvable at all, one and  *)
(* only one solution has least norm; it is X^T A for every A with X X^T A =   *)
(* Y, and such A exist. The samples may depend on each other.                 *)
(******************************************************************************)

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section SquaredNorm.

Variable F : realFieldType.

Definition sqnorm m n (A : 'M[F]_(m, n)) : F := \sum_i \sum_j A i j ^+ 2.

Lemma sqnormE m n (A : 'M_(m, n)) : sqnorm A = \tr (A^T *m A).
Proof.
rewrite /sqnorm /mxtrace exchange_big; apply: eq_bigr => j _; rewrite mxE.
by apply: eq_bigr => i _; rewrite mxE.
Qed.

Lemma sqnorm_ge0 m n (A : 'M_(m, n)) : 0 <= sqnorm A.
Proof. by do 2![apply: sumr_ge0 => ? _]; rewrite sqr_ge0. Qed.

Lemma sqnorm_eq0 m n (A : 'M_(m, n)) : (sqnorm A == 0) = (A == 0).
Proof.
apply/idP/eqP => [|->]; last by rewrite sqnormE mulmx0 mxtrace0.
rewrite psumr_eq0 => [/allP A0|i _]; last exact/sumr_ge0/(fun _ _ => sqr_ge0 _).
apply/matrixP => i j; move: (A0 i (mem_index_enum i)); rewrite /= psumr_eq0.
  move=> /allP/(_ j (mem_index_enum j)).
  by rewrite /= sqrf_eq0 mxE => /eqP.
by move=> ? _; rewrite sqr_ge0.
Qed.

Lemma sqnorm0 m n : sqnorm (0 : 'M_(m, n)) = 0.
Proof. by apply/eqP; rewrite sqnorm_eq0. Qed.

Lemma sqnorm_tr m n (A : 'M_(m, n)) : sqnorm A^T = sqnorm A.
Proof.
by rewrite /sqnorm exchange_big; do 2![apply: eq_bigr => ? _]; rewrite mxE.
Qed.

Lemma sqnormD m n (A B : 'M_(m, n)) :
  sqnorm (A + B) = sqnorm A + 2%:R * \tr (A^T *m B) + sqnorm B.
Proof.
rewrite !sqnormE [(A + B)^T]linearD /= mulmxDl !mulmxDr !mxtraceD.
have -> : \tr (B^T *m A) = \tr (A^T *m B).
  by rewrite -mxtrace_tr trmx_mul trmxK.
by rewrite mulr_natl mulr2n !addrA.
Qed.

Lemma sqnormN m n (A : 'M_(m, n)) : sqnorm (- A) = sqnorm A.
Proof. by do 2![apply: eq_bigr => ? _]; rewrite mxE sqrrN. Qed.

Lemma sqnormZ m n a (A : 'M_(m, n)) : sqnorm (a *: A) = a ^+ 2 * sqnorm A.
Proof.
rewrite mulr_sumr; apply: eq_bigr => i _; rewrite mulr_sumr.
by apply: eq_bigr => j _; rewrite mxE exprMn.
Qed.

End SquaredNorm.

Section MinimumNorm.

Variables (F : realFieldType) (n d k : nat).
Implicit Types (X : 'M[F]_(n, d)) (Y A : 'M[F]_(n, k)) (V W : 'M[F]_(d, k)).

Definition gram X := X *m X^T.

Definition minimum_norm X Y W :=
  X *m W = Y /\ forall V, X *m V = Y -> sqnorm W <= sqnorm V.

(* What X X^T sends to zero, X^T already does. *)
Lemma gram_kernel X m (A : 'M_(n, m)) : gram X *m A = 0 -> X^T *m A = 0.
Proof.
move=> XXA0; apply/eqP; rewrite -sqnorm_eq0 sqnormE trmx_mul trmxK.
by rewrite -(mulmxA A^T) (mulmxA X) XXA0 mulmx0 mxtrace0.
Qed.

Lemma gram_row_span X : (gram X :=: X^T)%MS.
Proof.
have X_ker : (X :&: kermx X^T)%MS = 0.
  apply/eqP; rewrite -submx0; apply/rV_subP => u; rewrite sub_capmx.
  case/andP=> /submxP[v ->] /sub_kermxP XX0; rewrite submx0 -trmx_eq0 trmx_mul.
  rewrite gram_kernel //; apply: trmx_inj.
  by rewrite !trmx_mul !trmxK trmx0 mulmxA.
apply/eqmxP; rewrite submxMl -(geq_leqif (mxrank_leqif_sup (submxMl X X^T))).
by rewrite mxrank_tr -(mxrank_mul_ker X X^T) X_ker mxrank0 addn0 leqnn.
Qed.

(* The Gram system has a solution whenever X W = Y has one; no rank is asked. *)
Lemma gram_solvable X Y W : X *m W = Y -> exists A, gram X *m A = Y.
Proof.
move=> XWY; have: (Y^T <= gram X)%MS.
  by rewrite gram_row_span -XWY trmx_mul submxMl.
case/submxP=> B YB; exists B^T; apply: trmx_inj.
by rewrite YB !trmx_mul !trmxK.
Qed.

Lemma gram_fit X Y A : gram X *m A = Y -> X *m (X^T *m A) = Y.
Proof. by rewrite mulmxA. Qed.

(* Linearly independent samples: the Gram matrix is invertible. *)
Lemma gram_unit X : (gram X \in unitmx) = row_free X.
Proof. by rewrite -row_full_unit /row_full gram_row_span mxrank_tr. Qed.

(* Pythagoras: every other solution is longer by what it differs. *)
Lemma pythagoras X A V : X *m V = X *m (X^T *m A) ->
  sqnorm V = sqnorm (X^T *m A) + sqnorm (V - X^T *m A).
Proof.
move=> XV; rewrite -{1}(subrK (X^T *m A) V) [V - _ + _]addrC sqnormD.
rewrite trmx_mul trmxK -mulmxA mulmxBr XV subrr mulmx0 mxtrace0.
by rewrite mulr0 addr0.
Qed.

Lemma gram_minimum_norm X Y A :
  gram X *m A = Y -> minimum_norm X Y (X^T *m A).
Proof.
move=> GA; split=> [|V XV]; first exact: gram_fit.
by rewrite (pythagoras (etrans XV (esym (gram_fit GA)))) ler_addl sqnorm_ge0.
Qed.

Lemma minimum_normP X Y A W :
  gram X *m A = Y -> minimum_norm X Y W -> W = X^T *m A.
Proof.
move=> GA [XW /(_ _ (gram_fit GA))].
rewrite (pythagoras (etrans XW (esym (gram_fit GA)))) ger_addl => le0.
by apply/eqP; rewrite -subr_eq0 -sqnorm_eq0 eq_le le0 sqnorm_ge0.
Qed.

(* The minimum-norm solutions are those in the span of the samples. *)
Lemma minimum_norm_row_span X Y W :
  minimum_norm X Y W <-> X *m W = Y /\ exists A, W = X^T *m A.
Proof.
split=> [minW | [XW [A WA]]].
  split; first by case: minW.
  by have [A GA] := gram_solvable minW.1; exists A; apply: minimum_normP minW.
by rewrite WA; apply: gram_minimum_norm; rewrite -mulmxA -WA.
Qed.

(* The prediction at z needs inner products with the samples alone: z W =     *)
(* sum_i <z, x_i> A_i, the kernel form.                                       *)
Lemma kernel_prediction X A (z : 'rV_d) :
  z *m (X^T *m A) = \sum_i (z *m (row i X)^T) 0 0 *: row i A.
Proof.
rewrite mulmxA mulmx_sum_row; apply: eq_bigr => i _; congr (_ *: _).
by rewrite !mxE; apply: eq_bigr => j _; rewrite !mxE.
Qed.

(* Minimum norm. If X W = Y has a solution, the Gram system X X^T A = Y has   *)
(* one, and X^T A alone has the least norm among all W with X W = Y.          *)
Theorem minimum_norm_unique X Y : (exists W, X *m W = Y) ->
  exists A, gram X *m A = Y /\
    forall W, minimum_norm X Y W <-> W = X^T *m A.
Proof.
case=> W /gram_solvable[A GA]; exists A; split=> // V.
by split=> [/(minimum_normP GA) | ->]; last exact: gram_minimum_norm.
Qed.

End MinimumNorm.
