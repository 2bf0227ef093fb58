(* The rate of gradient descent: Zhang et al. (2017), Section 5.              *)
From mathcomp Require Import all_ssreflect all_algebra.
From Rethink Require Import linear.minimum_norm linear.row_span.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(******************************************************************************)
(* Samples are the rows of X, weights the columns of W, targets those of Y.   *)
(* gradient_descent X Y eta W0 t is what t steps of gradient descent on ||X W *)
(* - Y||^2 / 2 with step size eta make of the weights W0.                     *)
(*                                                                            *)
(*         squared_bound X L == ||X v||^2 <= L ||v||^2 for every v; ||X||_F^2 *)
(*                              is such an L, and the least is the square of  *)
(*                              the largest singular value                    *)
(*        row_span_inverse X == a matrix M with M X v = v for every v in the  *)
(*                              row span                                      *)
(*    descent_factor X L eta == 1 - eta (2 - eta L) / ||M||^2 for this M, or  *)
(*                              0 where that is negative or M is 0            *)
(*                                                                            *)
(* Main theorems: descent_rate, for any step size 0 < eta < 2 / L; over       *)
(* Archimedean fields descent_converges, descent_from_any_start and           *)
(* descent_from_zero.                                                         *)
(******************************************************************************)

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section CauchySchwarz.

Variable F : realFieldType.

Lemma sqnormBZ m n r (A B : 'M[F]_(m, n)) :
  sqnorm (A - r *: B) =
  sqnorm A - 2%:R * (r * \tr (A^T *m B)) + r ^+ 2 * sqnorm B.
Proof.
rewrite sqnormD sqnormN sqnormZ mulmxN -scalemxAr; congr (_ + _ + _).
by rewrite [\tr (- _)]raddfN /= mxtraceZ mulrN.
Qed.

Lemma cauchy_schwarz m n (A B : 'M[F]_(m, n)) :
  (\tr (A^T *m B)) ^+ 2 <= sqnorm A * sqnorm B.
Proof.
set c := \tr _; have [B0|B_neq0] := eqVneq B 0.
  by rewrite /c B0 mulmx0 mxtrace0 expr0n mulr_ge0 ?sqnorm_ge0.
have B_gt0 : 0 < sqnorm B by rewrite lt_def sqnorm_eq0 B_neq0 sqnorm_ge0.
have [r c_r] : exists r, c = r * sqnorm B.
  by exists (c / sqnorm B); rewrite divfK ?gt_eqF.
have := sqnorm_ge0 (A - r *: B).
rewrite sqnormBZ -/c c_r [r * (r * _)]mulrA -expr2 mulr_natl mulr2n.
rewrite opprD addrA subrK subr_ge0.
by rewrite exprMn [sqnorm B ^+ 2]expr2 mulrA ler_pmul2r.
Qed.

Lemma sqnorm_row m n (A : 'M[F]_(m, n)) : sqnorm A = \sum_i sqnorm (row i A).
Proof.
apply: eq_bigr => i _; rewrite /sqnorm big_ord1.
by apply: eq_bigr => j _; rewrite mxE.
Qed.

Lemma sqnorm_col m n (A : 'M[F]_(m, n)) : sqnorm A = \sum_j sqnorm (col j A).
Proof.
rewrite -sqnorm_tr sqnorm_row; apply: eq_bigr => j _.
by rewrite -sqnorm_tr tr_row trmxK.
Qed.

Lemma sqnorm_mul m n p (A : 'M[F]_(m, n)) (B : 'M[F]_(n, p)) :
  sqnorm (A *m B) <= sqnorm A * sqnorm B.
Proof.
rewrite [sqnorm A]sqnorm_row mulr_suml; apply: ler_sum => i _.
rewrite [sqnorm B]sqnorm_col mulr_sumr; apply: ler_sum => j _.
have -> : (A *m B) i j = \tr (((row i A)^T)^T *m col j B).
  by rewrite trmxK trace_mx11 colE mulmxA -row_mul -colE !mxE.
by apply: le_trans (cauchy_schwarz _ _) _; rewrite sqnorm_tr.
Qed.

End CauchySchwarz.

Section Rate.

Variables (F : realFieldType) (n d k : nat) (X : 'M[F]_(n, d)).
Implicit Types (V W O E : 'M[F]_(d, k)) (Y : 'M[F]_(n, k)) (eta L : F).

Fixpoint gradient_descent Y eta W0 t : 'M[F]_(d, k) :=
  if t is s.+1 then
    let W := gradient_descent Y eta W0 s in
    W - eta *: (X^T *m (X *m W - Y))
  else W0.

(* Gradient descent is the full-batch case of SGD. *)
Lemma gradient_descentE Y eta W0 t :
  gradient_descent Y eta W0 t =
  sgd X (fun=> enum 'I_n) (fun=> eta) (fun _ i p => p - row i Y) W0 t.
Proof.
elim: t => //= t <-; congr (_ - _ *: _); rewrite big_enum /=.
apply/matrixP => i j; rewrite mxE summxE; apply: eq_bigr => l _.
by rewrite -row_mul !mxE big_ord1 !mxE.
Qed.

Definition squared_bound L :=
  forall v : 'cV[F]_d, sqnorm (X *m v) <= L * sqnorm v.

Lemma frobenius_bound : squared_bound (sqnorm X).
Proof. by move=> v; apply: sqnorm_mul. Qed.

Lemma bound_mx L p (A : 'M_(d, p)) :
  squared_bound L -> sqnorm (X *m A) <= L * sqnorm A.
Proof.
move=> leL; rewrite !sqnorm_col mulr_sumr; apply: ler_sum => j _.
by rewrite colE -mulmxA -colE.
Qed.

Lemma bound_normal L E : squared_bound L ->
  sqnorm (X^T *m (X *m E)) <= L * sqnorm (X *m E).
Proof.
move=> leL; have [XXE0|XXE_neq0] := eqVneq (X^T *m (X *m E)) 0.
  have XE0 : X *m E = 0.
    by rewrite -[X]trmxK; apply: gram_kernel; rewrite /gram trmxK -mulmxA.
  by rewrite XE0 mulmx0 !sqnorm0 mulr0.
have XXE_gt0 : 0 < sqnorm (X^T *m (X *m E)).
  by rewrite lt_def sqnorm_eq0 XXE_neq0 sqnorm_ge0.
rewrite -(ler_pmul2l XXE_gt0) -expr2.
have {1}-> : sqnorm (X^T *m (X *m E)) =
    \tr ((X *m (X^T *m (X *m E)))^T *m (X *m E)).
  by rewrite sqnormE [(X *m (X^T *m _))^T]trmx_mul mulmxA.
apply: le_trans (cauchy_schwarz _ _) _.
rewrite mulrA [_ * L]mulrC; apply: ler_wpmul2r (sqnorm_ge0 _) _ _ _.
exact: bound_mx.
Qed.

Definition row_span_inverse := X^T *m pinvmx (gram X).

Lemma row_span_inverseK E :
  in_row_span X E -> row_span_inverse *m (X *m E) = E.
Proof.
case=> A ->; rewrite /row_span_inverse [X *m _]mulmxA -/(gram X).
apply/eqP; rewrite -subr_eq0 -mulmxA -mulmxBr; apply/eqP/gram_kernel.
by rewrite mulmxBr 2!(mulmxA _ _ A) (mulmxA (gram X)) mulmxKpV // subrr.
Qed.

Definition descent_factor L eta : F :=
  let c := sqnorm row_span_inverse in
  if c == 0 then 0 else Num.max 0 (1 - eta * (2%:R - eta * L) / c).

Lemma descent_factor_ge0 L eta : 0 <= descent_factor L eta.
Proof. by rewrite /descent_factor; case: eqP => // _; rewrite le_maxr lexx. Qed.

Lemma descent_factor_lt1 L eta :
  0 < eta -> eta * L < 2%:R -> descent_factor L eta < 1.
Proof.
move=> eta_gt0 etaL; rewrite /descent_factor; case: eqP => [_|/eqP c_neq0].
  exact: ltr01.
rewrite lt_maxl ltr01 ltr_subl_addr ltr_addl divr_gt0 ?mulr_gt0 ?subr_gt0 //.
by rewrite lt_def c_neq0 sqnorm_ge0.
Qed.

(* One step shrinks an error in the row span. *)
Lemma descent_contracts L eta E :
  0 < eta -> eta * L < 2%:R -> squared_bound L -> in_row_span X E ->
  sqnorm (E - eta *: (X^T *m (X *m E))) <= descent_factor L eta * sqnorm E.
Proof.
move=> eta_gt0 etaL leL spE.
have cE : sqnorm E <= sqnorm row_span_inverse * sqnorm (X *m E).
  by rewrite -{1}(row_span_inverseK spE) sqnorm_mul.
have trXX : \tr (E^T *m (X^T *m (X *m E))) = sqnorm (X *m E).
  by rewrite sqnormE trmx_mul mulmxA.
have [c0|c_neq0] := eqVneq (sqnorm row_span_inverse) 0.
  have /eqP : sqnorm E = 0.
    by apply/eqP; rewrite eq_le sqnorm_ge0 andbT (le_trans cE) // c0 mul0r.
  by rewrite sqnorm_eq0 => /eqP ->; rewrite !mulmx0 scaler0 subr0 sqnorm0 mulr0.
have c_gt0 : 0 < sqnorm row_span_inverse by rewrite lt_def c_neq0 sqnorm_ge0.
have gain_gt0 : 0 < eta * (2%:R - eta * L) by rewrite mulr_gt0 ?subr_gt0.
apply: (@le_trans _ _ (sqnorm E - eta * (2%:R - eta * L) * sqnorm (X *m E))).
  rewrite sqnormBZ trXX -addrA ler_add2l mulrBr mulrBl opprB addrC.
  rewrite [2%:R * _]mulrA [2%:R * eta]mulrC ler_add2r.
  by rewrite mulrA -expr2 -mulrA ler_wpmul2l ?sqr_ge0 ?bound_normal.
rewrite /descent_factor (negPf c_neq0).
apply: (@le_trans _ _ ((1 - eta * (2%:R - eta * L) /
                            sqnorm row_span_inverse) * sqnorm E)).
  rewrite mulrBl mul1r ler_add2l ler_opp2 -(mulrA _ _^-1).
  apply: ler_wpmul2l; first exact: ltW.
  by rewrite [_^-1 * _]mulrC ler_pdivr_mulr // mulrC.
by rewrite ler_wpmul2r ?sqnorm_ge0 // le_maxr lexx orbT.
Qed.

Lemma descent_error L eta Y W V O t :
  0 < eta -> eta * L < 2%:R -> squared_bound L ->
  minimum_norm X Y W -> in_row_span X V -> X *m O = 0 ->
  let E := gradient_descent Y eta (V + O) t - (W + O) in
  in_row_span X E /\
  sqnorm E <= descent_factor L eta ^+ t * sqnorm (V - W).
Proof.
move=> eta_gt0 etaL leL /minimum_norm_row_span[XW spW] spV XO0.
elim: t => [|t [spE IHt]] /=.
  by rewrite opprD addrACA subrr addr0 expr0 mul1r lexx; split=> //;
     apply: row_spanB.
set E := _ - (W + O) in spE IHt.
have -> : gradient_descent Y eta (V + O) t -
    eta *: (X^T *m (X *m gradient_descent Y eta (V + O) t - Y)) - (W + O) =
    E - eta *: (X^T *m (X *m E)).
  rewrite addrAC; congr (_ - _ *: (_ *m _)).
  by rewrite /E mulmxBr mulmxDr XW XO0 addr0.
split; first by apply: row_spanB => //; apply: row_spanZ; exists (X *m E).
apply: le_trans (descent_contracts eta_gt0 etaL leL spE) _.
by rewrite exprS -mulrA ler_wpmul2l ?descent_factor_ge0.
Qed.

(* Every step multiplies the squared distance to the limit by no more than q, *)
(* a factor below 1; the limit from V + O, V a combination of samples and O   *)
(* orthogonal to them, is the minimum-norm solution plus O.                   *)
Theorem descent_rate L eta Y W V O :
  0 < eta -> eta * L < 2%:R -> squared_bound L ->
  minimum_norm X Y W -> in_row_span X V -> X *m O = 0 ->
  let q := descent_factor L eta in
  [/\ 0 <= q, q < 1 & forall t,
      sqnorm (gradient_descent Y eta (V + O) t - (W + O)) <=
      q ^+ t * sqnorm (V - W)].
Proof.
move=> eta_gt0 etaL leL minW spV XO0 q.
split=> [||t]; [exact: descent_factor_ge0 | exact: descent_factor_lt1 |].
by have [] := descent_error t eta_gt0 etaL leL minW spV XO0.
Qed.

End Rate.

Section Limit.

Variables (F : archiFieldType) (n d k : nat) (X : 'M[F]_(n, d)).

Lemma bernoulli (q : F) t : 0 <= q -> q <= 1 ->
  t%:R * (1 - q) * q ^+ t <= 1 - q ^+ t.
Proof.
move=> q_ge0 q_le1; elim: t => [|t IHt]; first by rewrite !mul0r expr0 subrr.
rewrite -addn1 natrD mulrDl mul1r mulrDl addn1.
have -> : t%:R * (1 - q) * q ^+ t.+1 = q * (t%:R * (1 - q) * q ^+ t).
  by rewrite exprS mulrCA.
apply: (@le_trans _ _ (q * (1 - q ^+ t) + (1 - q))).
  rewrite ler_add ?ler_wpmul2l // -[X in _ <= X]mulr1 ler_wpmul2l ?subr_ge0 //.
  exact: exprn_ile1.
by rewrite mulrBr mulr1 -exprS addrC addrA subrK.
Qed.

(* The powers of a factor below 1 fall below everything. *)
Lemma geometric_limit (q c e : F) : 0 <= q -> q < 1 -> 0 <= c -> 0 < e ->
  exists T, forall t, (T <= t)%N -> q ^+ t * c < e.
Proof.
move=> q_ge0 q_lt1 c_ge0 e_gt0.
have h_gt0 : 0 < (1 - q) * e by rewrite mulr_gt0 ?subr_gt0.
exists (Num.bound (c / ((1 - q) * e))) => t leTt.
have : c < t%:R * ((1 - q) * e).
  rewrite -ltr_pdivr_mulr //.
  apply: lt_le_trans (archi_boundP _) _; last by rewrite ler_nat.
  by rewrite divr_ge0 // ltW.
have := exprn_ge0 t q_ge0; rewrite le_eqVlt => /predU1P[<- _|qt_gt0 c_lt].
  by rewrite mul0r.
apply: (@lt_le_trans _ _ (q ^+ t * (t%:R * ((1 - q) * e)))).
  by rewrite ltr_pmul2l.
rewrite mulrC !mulrA mulrAC -[X in _ <= X]mul1r ler_pmul2r //.
apply: le_trans (bernoulli t q_ge0 (ltW q_lt1)) _.
by rewrite ger_addl oppr_le0 ltW.
Qed.

(* With a step size 0 < eta < 2 / L, for instance eta < 2 / ||X||_F^2,        *)
(* gradient descent from V + O, V a combination of samples and O orthogonal   *)
(* to them, converges to the minimum-norm solution plus O.                    *)
Theorem descent_converges L eta (Y : 'M[F]_(n, k)) (W V O : 'M[F]_(d, k)) :
  0 < eta -> eta * L < 2%:R -> squared_bound X L ->
  minimum_norm X Y W -> in_row_span X V -> X *m O = 0 ->
  converges_to (gradient_descent X Y eta (V + O)) (W + O).
Proof.
move=> eta_gt0 etaL leL minW spV XO0 e e_gt0.
have [q_ge0 q_lt1 leq] := descent_rate eta_gt0 etaL leL minW spV XO0.
have [T ltT] := geometric_limit q_ge0 q_lt1 (sqnorm_ge0 (V - W)) e_gt0.
by exists T => t /ltT; apply: le_lt_trans.
Qed.

(* From any start: gradient descent converges to the minimum-norm solution    *)
(* plus the part of the start that is orthogonal to the samples.              *)
Theorem descent_from_any_start L eta (Y : 'M[F]_(n, k)) (W0 : 'M[F]_(d, k)) :
  (exists W, X *m W = Y) ->
  0 < eta -> eta * L < 2%:R -> squared_bound X L ->
  exists W V O, [/\ minimum_norm X Y W, W0 = V + O, in_row_span X V,
    X *m O = 0 & converges_to (gradient_descent X Y eta W0) (W + O)].
Proof.
case/minimum_norm_unique=> A [_ /(_ (X^T *m A))[_ /(_ erefl) minW]].
move=> eta_gt0 etaL leL.
have [V [O [-> spV XO0]]] := orthogonal_decomposition X W0.
by exists (X^T *m A), V, O; split=> //; apply: descent_converges etaL leL _ _ _.
Qed.

(* The classical case: from 0, with 0 < eta and eta ||X||_F^2 <= 1, gradient  *)
(* descent converges to the minimum-norm solution of X W = Y if there is any. *)
Theorem descent_from_zero eta (Y : 'M[F]_(n, k)) :
  (exists W, X *m W = Y) -> 0 < eta -> eta * sqnorm X <= 1 ->
  exists W, minimum_norm X Y W /\ converges_to (gradient_descent X Y eta 0) W.
Proof.
case/minimum_norm_unique=> A [_ /(_ (X^T *m A))[_ /(_ erefl) minW]] eta_gt0 le1.
exists (X^T *m A); split=> //.
rewrite -[0](addr0 0) -[X^T *m A]addr0.
apply: (descent_converges (L := sqnorm X)) => //.
- by rewrite (le_lt_trans le1) // ltr1n.
- exact: frobenius_bound.
- exact: row_span0.
by rewrite mulmx0.
Qed.

End Limit.
