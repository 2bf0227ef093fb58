(* Lemma 1 solved in n steps: Zhang et al. (2017), Section 4.                 *)
From mathcomp Require Import all_ssreflect all_algebra.
From Rethink Require Import interpolation.relu_matrix.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(******************************************************************************)
(* A sample is a sequence of triples (x_i, b_i, y_i): point, threshold,       *)
(* target. With S_i the sum of the first i weights, the slope after b_i,      *)
(*   S_i = (y_i - y_(i-1) - S_(i-1) (b_i - x_(i-1))) / (x_i - b_i)            *)
(*   w_i = S_i - S_(i-1)                                                      *)
(* from S_0 = y_0 = 0 and x_0 = b_1. The compensated form takes the value v   *)
(* that the weights so far give at x_i, and w_i = (y_i - v) / (x_i - b_i).    *)
(*                                                                            *)
(*    weights_by_recurrence xs bs ys == w_1 ... w_n by the slopes             *)
(*    weights_by_compensation xs bs ys == w_1 ... w_n by the values           *)
(*                    hinge_sum us t == the sum of w relu (t - b) over the    *)
(*                                      (b, w) in us                          *)
(*                         chain p s == p <= b_1 < x_1 <= b_2 < ... <= b_n <  *)
(*                                      x_n in s                              *)
(*                                                                            *)
(* Main theorems: weights_by_recurrence_correct, weights_by_compensation_eq.  *)
(******************************************************************************)

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Lemma all_zip1 (S T : Type) (P : pred S) (bs : seq S) (ws : seq T) :
  all P bs -> all (fun u => P u.1) (zip bs ws).
Proof.
elim: bs ws => [|b bs IHbs] [|w ws] //= /andP[P_b /IHbs P_bs].
by rewrite P_b P_bs.
Qed.

Section Recurrence.

Variable F : fieldType.
Implicit Types (s : seq (F * F * F)) (xs bs ys : seq F).

Definition samples xs bs ys : seq (F * F * F) := zip (zip xs bs) ys.

(* One step for each sample, from the slope, the point and the target before. *)
Fixpoint recurrence slope previous_x previous_y s : seq F :=
  if s is (x, b, y) :: s' then
    let next := (y - previous_y - slope * (b - previous_x)) / (x - b) in
    (next - slope) :: recurrence next x y s'
  else [::].

Definition weights_by_recurrence xs bs ys :=
  recurrence 0 (head 0 bs) 0 (samples xs bs ys).

(* One step for each sample, from the network's value and slope at the point  *)
(* before.                                                                    *)
Fixpoint compensation value slope previous_x s : seq F :=
  if s is (x, b, y) :: s' then
    let carried := value + slope * (x - previous_x) in
    let w := (y - carried) / (x - b) in
    w :: compensation (carried + w * (x - b)) (slope + w) x s'
  else [::].

Definition weights_by_compensation xs bs ys :=
  compensation 0 0 (head 0 xs) (samples xs bs ys).

Lemma size_recurrence slope px py s :
  size (recurrence slope px py s) = size s.
Proof.
by elim: s slope px py => [|[[x b] y] s IHs] slope px py /=; rewrite ?IHs.
Qed.

(* Where x differs from b, a step of either form gives the same weight.       *)
Lemma compensated_weight (x b y px v slope : F) : x != b ->
  (y - (v + slope * (x - px))) / (x - b) =
  (y - v - slope * (b - px)) / (x - b) - slope.
Proof.
rewrite -subr_eq0 => xb_neq0; apply: (mulIf xb_neq0).
rewrite divfK // [RHS]mulrBl divfK // opprD !addrA -!addrA; do 2 congr (_ + _).
by rewrite -opprD -mulrDr [b - px + _]addrC subrKA.
Qed.

Lemma compensation_recurrence value slope px s :
    all (fun p => p.1.1 != p.1.2) s ->
  compensation value slope px s = recurrence slope px value s.
Proof.
elim: s value slope px => [|[[x b] y] s IHs] v slope px //= /andP[xb all_s].
rewrite compensated_weight // IHs //; congr (_ :: recurrence _ _ _ _).
  by rewrite addrC subrK.
rewrite -compensated_weight // mulfVK ?subr_eq0 //.
by rewrite addrC subrK.
Qed.

End Recurrence.

Section Correctness.

Variable R : realFieldType.
Implicit Types (us : seq (R * R)) (s : seq (R * R * R)) (xs bs ys : seq R).

Definition hinge_sum us t : R := \sum_(u <- us) u.2 * relu (t - u.1).

Fixpoint chain p s : bool :=
  if s is (x, b, _) :: s' then [&& p <= b, b < x & chain x s'] else true.

Lemma hinge_sum_cat us us' t :
  hinge_sum (us ++ us') t = hinge_sum us t + hinge_sum us' t.
Proof. exact: big_cat. Qed.

Lemma hinge_sum1 u t : hinge_sum [:: u] t = u.2 * relu (t - u.1).
Proof. exact: big_seq1. Qed.

Lemma hinge_sum_affine us p t : all (fun u => u.1 <= p) us -> p <= t ->
  hinge_sum us t = hinge_sum us p + (\sum_(u <- us) u.2) * (t - p).
Proof.
move=> /allP us_le p_le_t; rewrite /hinge_sum mulr_suml -big_split /=.
apply: eq_big_seq => u /us_le u_le; rewrite -mulrDr !relu_pos ?subr_ge0 //.
  by rewrite [p - _ + _]addrC subrKA.
exact: le_trans p_le_t.
Qed.

Lemma hinge_sum_later us t : all (fun u => t <= u.1) us -> hinge_sum us t = 0.
Proof.
move=> /allP le_us; apply: big1_seq => u /andP[_ /le_us t_le].
by rewrite relu_neg ?mulr0 // subr_le0.
Qed.

Lemma chain_later p s : chain p s -> all (fun q => p <= q.1.2) s.
Proof.
elim: s p => [|[[x b] y] s IHs] p //= /and3P[p_le_b b_lt_x /IHs s_later].
rewrite p_le_b; apply: sub_all s_later => q; apply: le_trans.
exact: le_trans p_le_b (ltW b_lt_x).
Qed.

Lemma chain_neq p s : chain p s -> all (fun q => q.1.1 != q.1.2) s.
Proof.
elim: s p => [|[[x b] y] s IHs] p //= /and3P[_ b_lt_x /IHs ->].
by rewrite gt_eqF.
Qed.

(* The loop's invariant: us are the units so far, all at or before p, with    *)
(* the value v and the slope S there; the units to come fit the samples s.    *)
Lemma recurrence_fits us S p v s :
    all (fun u => u.1 <= p) us -> \sum_(u <- us) u.2 = S ->
    hinge_sum us p = v -> chain p s ->
  forall q, q \in s ->
  hinge_sum (us ++ zip [seq q.1.2 | q <- s] (recurrence S p v s)) q.1.1 = q.2.
Proof.
elim: s us S p v => [|[[x b] y] s IHs] us S p v us_le sumS valv //=.
case/and3P=> p_le_b b_lt_x x_s q; set S' := (y - _ - _) / _.
have p_le_x : p <= x by apply: le_trans p_le_b (ltW b_lt_x).
have us_b_le : all (fun u => u.1 <= x) (rcons us (b, S' - S)).
  rewrite all_rcons /= ltW //; apply: sub_all us_le => u u_le.
  exact: le_trans p_le_x.
have val_x : hinge_sum (rcons us (b, S' - S)) x = y.
  rewrite -cats1 hinge_sum_cat hinge_sum1 (hinge_sum_affine us_le) //.
  rewrite valv sumS relu_pos ?subr_ge0 ?ltW //.
  rewrite /= -compensated_weight ?gt_eqF // divfK ?subr_eq0 ?gt_eqF //.
  by rewrite addrC subrK.
rewrite -cat_rcons inE => /predU1P[->|q_s] /=.
  rewrite hinge_sum_cat val_x hinge_sum_later ?addr0 //.
  apply: (@all_zip1 _ _ (fun c => x <= c)).
  by rewrite all_map; apply: chain_later x_s.
apply: IHs => //.
by rewrite -cats1 big_cat big_seq1 /= sumS addrC subrK.
Qed.

Lemma chain_samples p n xs bs ys :
    size xs = n -> size bs = n -> size ys = n -> (p <= head p bs) ->
    (forall i, (i < n)%N -> nth 0 bs i < nth 0 xs i) ->
    (forall i, (i.+1 < n)%N -> nth 0 xs i <= nth 0 bs i.+1) ->
  chain p (samples xs bs ys).
Proof.
elim: n p xs bs ys => [|n IHn] p [|x xs] [|b bs] [|y ys] //=.
move=> [xs_n] [bs_n] [ys_n] p_le_b b_lt_x x_le_b; rewrite p_le_b.
rewrite (b_lt_x 0%N) //=; apply: IHn => //.
- by case: bs bs_n x_le_b {b_lt_x} => //= c bs <- /(_ 0%N); apply.
- by move=> i; apply: (b_lt_x i.+1).
by move=> i; apply: (x_le_b i.+1).
Qed.

End Correctness.

(* The recurrence solves Lemma 1's system: the weights it produces take the   *)
(* target y_i at every point x_i, in exact arithmetic.                        *)
Theorem weights_by_recurrence_correct (R : realFieldType) (n : nat)
    (x b y : n.-tuple R) (w := weights_by_recurrence x b y) :
    weakly_interleaved (tnth x) (tnth b) ->
  size w = n /\
  relu_matrix (tnth x) (tnth b) *m (\col_i w`_i) = \col_i tnth y i.
Proof.
move=> [b_lt_x x_le_b]; have size_w : size w = n.
  by rewrite size_recurrence !size_zip !size_tuple !minnn.
split=> //; apply/matrixP => i j; rewrite !mxE.
have xby_chain : chain (head 0 b) (samples x b y).
  apply: (@chain_samples _ _ n); rewrite ?size_tuple //.
  - by case: (tval b) => //=.
  - by move=> k k_lt_n; have := b_lt_x (Ordinal k_lt_n); rewrite !(tnth_nth 0).
  move=> k k_lt_n.
  have := x_le_b (Ordinal (ltnW k_lt_n)) (Ordinal k_lt_n) erefl.
  by rewrite !(tnth_nth 0).
have xby_i : (tnth x i, tnth b i, tnth y i) \in samples x b y.
  apply/(nthP (0, 0, 0)); exists i.
    by rewrite !size_zip !size_tuple !minnn.
  by rewrite !nth_zip ?size_zip ?size_tuple ?minnn // -!tnth_nth.
have := recurrence_fits (us := [::]) isT _ _ xby_chain xby_i.
rewrite /hinge_sum /= !big_nil => /(_ 0 0 erefl erefl) <-.
have ->: [seq q.1.2 | q <- samples x b y] = b :> seq R.
  rewrite (map_comp snd fst) -/unzip1 -/unzip2 unzip1_zip ?unzip2_zip //;
  by rewrite ?size_zip !size_tuple ?minnn.
rewrite -/(weights_by_recurrence x b y) -/w.
rewrite (big_nth (0, 0)) size_zip size_w size_tuple minnn big_mkord.
apply: eq_bigr => k _; rewrite !mxE nth_zip ?size_tuple //=.
by rewrite -tnth_nth mulrC.
Qed.

(* The compensated form, which asks what the weights so far give, is the same *)
(* function where every x_i differs from b_i.                                 *)
Theorem weights_by_compensation_eq (F : fieldType) (xs bs ys : seq F) :
    all (fun p => p.1 != p.2) (zip xs bs) ->
  weights_by_compensation xs bs ys = weights_by_recurrence xs bs ys.
Proof.
move=> xs_bs; rewrite /weights_by_compensation compensation_recurrence.
  2: exact: (@all_zip1 _ _ (fun p => p.1 != p.2)).
rewrite /weights_by_recurrence /samples.
by case: xs bs ys {xs_bs} => [|x xs] [|b bs] [|y ys] //=; rewrite !mul0r.
Qed.
