(* Descent stays in the span of the samples: Zhang et al. (2017), Section 5.  *)
From mathcomp Require Import all_ssreflect all_algebra.
From Rethink Require Import linear.minimum_norm.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(******************************************************************************)
(* Samples are the rows of X, weights the columns of W; the outputs at sample *)
(* i are row i X *m W.                                                        *)
(*                                                                            *)
(*     in_row_span X W == every column of W is a combination of samples       *)
(*    converges_to u W == the matrices u 0, u 1, ... tend to W                *)
(*                                                                            *)
(* sgd X batch step slope W0 t is what t steps of stochastic gradient descent *)
(* make of the weights W0. Step s uses the samples batch s, repetitions       *)
(* allowed, with step size step s; slope s i p is the derivative of the loss  *)
(* of sample i at outputs p. These are any functions: any order, any step     *)
(* sizes, any loss of the outputs. Gradient descent is the case batch s =     *)
(* enum 'I_n.                                                                 *)
(*                                                                            *)
(* Main theorems: sgd_row_span, and what it says of a limit that              *)
(* interpolates: sgd_limit_minimum_norm from 0, sgd_limit from any start.     *)
(******************************************************************************)

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section RowSpan.

Variables (F : realFieldType) (n d k : nat) (X : 'M[F]_(n, d)).
Implicit Types (V W O : 'M[F]_(d, k)) (Y A : 'M[F]_(n, k)).

Definition in_row_span W := exists A, W = X^T *m A.

Lemma row_span0 : in_row_span 0.
Proof. by exists 0; rewrite mulmx0. Qed.

Lemma row_spanD V W : in_row_span V -> in_row_span W -> in_row_span (V + W).
Proof. by case=> A -> [B ->]; exists (A + B); rewrite mulmxDr. Qed.

Lemma row_spanZ a W : in_row_span W -> in_row_span (a *: W).
Proof. by case=> A ->; exists (a *: A); rewrite scalemxAr. Qed.

Lemma row_spanB V W : in_row_span V -> in_row_span W -> in_row_span (V - W).
Proof. by move=> spV spW; rewrite -scaleN1r; apply/row_spanD/row_spanZ. Qed.

Lemma row_span_sample i (v : 'rV_k) : in_row_span ((row i X)^T *m v).
Proof.
by rewrite rowE trmx_mul -mulmxA; exists ((delta_mx 0 i)^T *m v).
Qed.

Lemma sqnorm_orthogonal W O : in_row_span W -> X *m O = 0 ->
  sqnorm (W + O) = sqnorm W + sqnorm O.
Proof.
case=> A -> XO0; rewrite sqnormD trmx_mul trmxK -mulmxA XO0.
by rewrite mulmx0 mxtrace0 mulr0 addr0.
Qed.

(* Any weights are a combination of samples plus a part orthogonal to them. *)
Lemma orthogonal_decomposition W :
  exists V O, [/\ W = V + O, in_row_span V & X *m O = 0].
Proof.
have [A GA] := gram_solvable (erefl (X *m W)).
exists (X^T *m A), (W - X^T *m A); split; first by rewrite addrC subrK.
  by exists A.
by rewrite mulmxBr mulmxA GA subrr.
Qed.

Definition converges_to (u : nat -> 'M[F]_(d, k)) W :=
  forall e, 0 < e ->
  exists T, forall t, (T <= t)%N -> sqnorm (u t - W) < e.

Lemma row_span_closed u W :
  (forall t, in_row_span (u t)) -> converges_to u W -> in_row_span W.
Proof.
move=> sp_u uW; have [V [O [WE spV XO0]]] := orthogonal_decomposition W.
suffices O0 : O = 0 by rewrite WE O0 addr0.
apply/eqP; rewrite -sqnorm_eq0; apply/negPn/negP => O_neq0.
have O_gt0 : 0 < sqnorm O by rewrite lt_def O_neq0 sqnorm_ge0.
have [T /(_ T (leqnn T))] := uW _ O_gt0.
rewrite WE opprD addrA sqnorm_orthogonal ?mulmxN ?XO0 ?oppr0 //.
  by rewrite sqnormN gtr_addr ltNge sqnorm_ge0.
exact: row_spanB.
Qed.

Section Descent.

Variables (batch : nat -> seq 'I_n) (step : nat -> F).
Variable slope : nat -> 'I_n -> 'rV[F]_k -> 'rV[F]_k.

Fixpoint sgd W0 t : 'M[F]_(d, k) :=
  if t is s.+1 then
    let W := sgd W0 s in
    W - step s *: \sum_(i <- batch s) (row i X)^T *m slope s i (row i X *m W)
  else W0.

(* From any start, what descent adds is a combination of the samples. *)
Lemma sgd_moves_in_row_span W0 t : in_row_span (sgd W0 t - W0).
Proof.
elim: t => [|t IHt] /=; first by rewrite subrr; exact: row_span0.
rewrite addrAC; apply: row_spanB => //; apply: row_spanZ.
apply: (big_ind in_row_span) => [|V W|i _]; first exact: row_span0.
  exact: row_spanD.
exact: row_span_sample.
Qed.

(* From 0, the weights of gradient descent and SGD are combinations of the    *)
(* samples after every step: any order, any step sizes, any loss.             *)
Theorem sgd_row_span t : in_row_span (sgd 0 t).
Proof. by rewrite -[sgd 0 t]subr0; apply: sgd_moves_in_row_span. Qed.

(* If descent from W0 tends to a solution, this is the one nearest to W0. *)
Lemma sgd_limit_nearest W0 W Y : converges_to (sgd W0) W -> X *m W = Y ->
  minimum_norm X (Y - X *m W0) (W - W0).
Proof.
move=> toW XW; apply/minimum_norm_row_span; split; first by rewrite mulmxBr XW.
apply: (@row_span_closed (fun t => sgd W0 t - W0)) => [t | e e_gt0].
  exact: sgd_moves_in_row_span.
have [T ltT] := toW e e_gt0; exists T => t /ltT.
by rewrite opprB addrA subrK.
Qed.

(* If descent from 0 tends to weights that interpolate, these are the         *)
(* minimum-norm solution.                                                     *)
Theorem sgd_limit_minimum_norm W Y :
  converges_to (sgd 0) W -> X *m W = Y -> minimum_norm X Y W.
Proof.
by move=> toW /(sgd_limit_nearest toW); rewrite mulmx0 !subr0.
Qed.

(* From a start W0 = V + O, V a combination of samples and O orthogonal to    *)
(* them, the limit is the minimum-norm solution plus O.                       *)
Theorem sgd_limit V O W Y : in_row_span V -> X *m O = 0 ->
  converges_to (sgd (V + O)) W -> X *m W = Y -> minimum_norm X Y (W - O).
Proof.
move=> spV XO0 toW XW; apply/minimum_norm_row_span.
split; first by rewrite mulmxBr XO0 subr0.
have /minimum_norm_row_span[_ spW] := sgd_limit_nearest toW XW.
have -> : W - O = W - (V + O) + V by rewrite opprD addrA [RHS]addrAC subrK.
exact: row_spanD.
Qed.

End Descent.

End RowSpan.
