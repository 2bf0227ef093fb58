(* Corollary 1: Zhang et al. (2017), Section 4.                               *)
From mathcomp Require Import all_ssreflect all_algebra.
From Rethink Require Import interpolation.relu_matrix.
From Rethink Require Import interpolation.separating_direction.
From Rethink Require Import interpolation.relu_interpolation.
From Rethink Require Import interpolation.dense_network.
From Rethink Require Import interpolation.hinge_layers.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(******************************************************************************)
(*     fan_in src v == how many of the weights from units src to v are not 0  *)
(*    block_sizes m == n divided into m sizes, as even as can be, larger ones *)
(*                     first; where m exceeds n the last ones are 0           *)
(*     deepen k net == the two-layer network net with its hidden units dealt  *)
(*                     out in order to k - 2 layers: a dense network of depth *)
(*                     k                                                      *)
(*                                                                            *)
(* Main theorems: forward_deepen, the deep network is the two-layer one at    *)
(* every input; depth_deepen, width_deepen, nonzero_weights_deepen; and       *)
(* Corollary 1: deep_interpolation, and deep_interpolation_scalar for one     *)
(* output.                                                                    *)
(******************************************************************************)

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Sizes.

Variables (F : realFieldType) (c : nat).
Implicit Types (src dst sums us vs : seq (unit_kind F c)) (v : unit_kind F c).
Implicit Types (B : seq (F * 'rV[F]_c)) (blocks : seq (seq (F * 'rV[F]_c))).

Local Notation projections := (projections F c).
Local Notation all_sums := (all_sums F c).

Lemma depth_body src sums blocks :
  depth (body src sums blocks) = (size blocks).+1.
Proof. by elim: blocks src sums => //= B blocks IHb src sums; rewrite IHb. Qed.

Lemma size_all_sums : size all_sums = (2 * c)%N.
Proof. by rewrite size_cat 2!size_map size_enum_ord mul2n addnn. Qed.

Lemma width_body q blocks src sums :
    (size sums <= 2 * c)%N -> all (fun B => size B <= q)%N blocks ->
  (width (body src sums blocks) <= 2 + 2 * c + q)%N.
Proof.
elim: blocks src sums => //= B blocks IHb src sums le_sums.
case/andP=> le_B le_blocks.
rewrite geq_max IHb ?size_all_sums // andbT !size_cat size_map -addnA.
apply: leq_add; first by case: blocks {IHb le_blocks}.
by rewrite addnC leq_add.
Qed.

(* The sums of units that are not 0. *)
Definition fan_in src v : nat := (\sum_(u <- src) (weight u v != 0%R))%N.

Lemma nonzero_layer src dst :
  (nonzero_entries (layer_weights src dst) + nonzero_entries (layer_bias dst) =
   \sum_(v <- dst) (fan_in src v + (bias v != 0%R)))%N.
Proof.
rewrite big_split /=; congr (_ + _)%N.
  rewrite /nonzero_entries exchange_big [RHS]big_tnth; apply: eq_bigr => j _.
  by rewrite /fan_in [RHS]big_tnth; apply: eq_bigr => i _; rewrite mxE.
rewrite /nonzero_entries big_ord1 [RHS]big_tnth.
by apply: eq_bigr => j _; rewrite mxE.
Qed.

Definition fan_in_bound src m := forall v,
  (fan_in src v <= match v with
                   | ProjectionPart _ => 1
                   | SumPart _ _ => m
                   | Hinge _ _ => 2
                   end)%N.

Lemma fan_in_cat us vs v : fan_in (us ++ vs) v = (fan_in us v + fan_in vs v)%N.
Proof. exact: big_cat. Qed.

Lemma signed0 s : signed s (0 : F) = 0.
Proof. by case: s => //=; rewrite oppr0. Qed.

Lemma fan_in_projections : fan_in_bound projections 0.
Proof.
move=> v; rewrite /fan_in big_cons big_seq1; case: v => [s | s l | b w] /=.
- by case: s; rewrite /= eqxx oner_eq0.
- by rewrite signed0 eqxx.
exact: leq_add (leq_b1 _) (leq_b1 _).
Qed.

Lemma fan_in_sums sums v : sums = all_sums \/ sums = [::] ->
  (fan_in sums v <= if v is SumPart _ _ then 2 else 0)%N.
Proof.
rewrite /fan_in => -[] ->; last by rewrite big_nil.
rewrite big_cat 2!big_map /=.
case: v => [s | s l | b w]; try by rewrite !big1 // => *; rewrite eqxx.
have one s' : (\sum_(l' <- enum 'I_c)
    (weight (F := F) (SumPart s' l') (SumPart s l) != 0%R) <= 1)%N.
  rewrite big_enum (bigD1 l) //= big1 ?addn0 ?leq_b1 // => l' /negPf /= ->.
  by rewrite signed0 eqxx.
exact: leq_add (one true) (one false).
Qed.

Lemma fan_in_hinges B v :
  (fan_in (hinges B) v <= if v is SumPart _ _ then size B else 0)%N.
Proof.
rewrite /fan_in big_map; case: v => [s | s l | b w].
- by rewrite big1 // => h _; rewrite /= eqxx.
- by rewrite -sum1_size; apply: leq_sum => h _; apply: leq_b1.
by rewrite big1 // => h _; rewrite /= eqxx.
Qed.

Lemma fan_in_layer sums B blocks : sums = all_sums \/ sums = [::] ->
  fan_in_bound (layer_units sums B blocks) (2 + size B).
Proof.
move=> sumsE v; rewrite /layer_units !fan_in_cat.
have le_p : (fan_in (if blocks is [::] then [::] else projections) v <=
    match v with
    | ProjectionPart _ => 1 | SumPart _ _ => 0 | Hinge _ _ => 2 end)%N.
  by case: blocks => *; [rewrite /fan_in big_nil | exact: fan_in_projections].
have := leq_add le_p (leq_add (fan_in_hinges B v) (fan_in_sums v sumsE)).
by case: v {le_p} => // *; rewrite (addnC 2%N).
Qed.

(* A block's hinges have 3 weights each, and the 2 c sum parts of the next    *)
(* layer, or the c outputs, one for each of them.                             *)
Lemma nonzero_body blocks src sums m :
    fan_in_bound src m -> sums = all_sums \/ sums = [::] ->
  (nonzero_weights (body src sums blocks) <=
   (2 * c + 3) * size (flatten blocks) + (4 * c + 2) * size blocks +
   2 * c * m)%N.
Proof.
elim: blocks src sums m => [|B blocks IHb] src sums m src_m sumsE.
  rewrite /= nonzero_entries0 addn0 !muln0 add0n /nonzero_entries exchange_big.
  apply: (@leq_trans (\sum_(l < c) m)%N); last first.
    by rewrite sum_nat_const card_ord -mulnA leq_pmull.
  apply: leq_sum => l _; apply: leq_trans (src_m (SumPart true l)).
  rewrite /fan_in [X in (_ <= X)%N]big_tnth; apply: leq_sum => i _.
  by rewrite mxE.
rewrite /= nonzero_layer.
have := IHb _ all_sums _ (fan_in_layer B blocks sumsE) (or_introl erefl).
set N := nonzero_weights _ => le_N.
have le_p : (\sum_(v <- if blocks is [::] then [::] else projections)
    (fan_in src v + (bias v != 0%R)) <= 2)%N.
  case: (blocks) => [|? ?]; first by rewrite big_nil.
  rewrite big_cons big_seq1 /= eqxx !addn0.
  exact: leq_add (src_m (ProjectionPart _)) (src_m (ProjectionPart _)).
have le_s : (\sum_(v <- sums) (fan_in src v + (bias v != 0%R)) <= 2 * c * m)%N.
  case: sumsE => ->; last by rewrite big_nil.
  have le_m s : (\sum_(l <- enum 'I_c)
      (fan_in src (SumPart s l) + (bias (SumPart s l) != 0%R :> F)) <= c * m)%N.
    rewrite big_enum -[X in (_ <= X * _)%N]card_ord -sum_nat_const.
    apply: leq_sum => l _.
    by rewrite /= eqxx addn0; apply: src_m (SumPart _ _).
  rewrite big_cat 2!big_map mul2n -addnn mulnDl.
  exact: leq_add (le_m true) (le_m false).
have le_h : (\sum_(v <- hinges B) (fan_in src v + (bias v != 0%R)) <=
             3 * size B)%N.
  rewrite big_map mulnC -sum1_size big_distrl /=; apply: leq_sum => h _.
  exact: leq_add (src_m (Hinge _ _)) (leq_b1 _).
rewrite /layer_units !big_cat /=.
apply: leq_trans (leq_add (leq_add le_p (leq_add le_h le_s)) le_N) _.
by rewrite size_cat eq_leq //; ring.
Qed.

End Sizes.

Section DeepNetwork.

Variables (F : realFieldType) (d n c : nat).
Implicit Types (net : relu_network F d n c).

Definition hidden_units net : seq (F * 'rV[F]_c) :=
  [seq (thresholds net j, row j (output_weights net)) | j <- enum 'I_n].

(* The sizes of m blocks, as even as can be, larger ones first. *)
Definition block_sizes m : seq nat :=
  mkseq (fun i => n %/ m + (i < n %% m))%N m.

Definition hinge_blocks m net := reshape (block_sizes m) (hidden_units net).

Definition deepen k net : dense_network F d c :=
  deepen_blocks (direction net) (hinge_blocks (k - 2) net).

Lemma size_hidden_units net : size (hidden_units net) = n.
Proof. by rewrite size_map size_enum_ord. Qed.

Lemma sumn_block_sizes m : (0 < m)%N -> sumn (block_sizes m) = n.
Proof.
move=> m_gt0; have le_m : (n %% m <= m)%N by rewrite ltnW ?ltn_pmod.
have -> : sumn (block_sizes m) = (\sum_(i < m) (n %/ m + (i < n %% m)))%N.
  by rewrite sumnE big_map -[m in iota 0 m]subn0 big_mkord.
rewrite big_split /= sum_nat_const card_ord mulnC.
have -> : (\sum_(i < m) (i < n %% m) = n %% m)%N.
  rewrite -[RHS]card_ord -sum1_card (big_ord_widen m (fun=> 1%N)) //.
  by rewrite [RHS]big_mkcond; apply: eq_bigr => i _; case: ltnP.
by rewrite -divn_eq.
Qed.

Lemma flatten_hinge_blocks m net :
  (0 < m)%N -> flatten (hinge_blocks m net) = hidden_units net.
Proof.
by move=> m_gt0; rewrite reshapeKr // sumn_block_sizes // size_hidden_units.
Qed.

Lemma size_hinge_blocks m net : size (hinge_blocks m net) = m.
Proof. by rewrite size_reshape size_mkseq. Qed.

Lemma hinge_blocks_le m net :
  all (fun B => size B <= n %/ m + 1)%N (hinge_blocks m net).
Proof.
have: all (fun i => i <= n %/ m + 1)%N (block_sizes m).
  by rewrite all_map; apply/allP => i _; rewrite /= leq_add2l leq_b1.
rewrite /hinge_blocks.
elim: (block_sizes m) (hidden_units net) => //= q sh IHsh.
move=> us /andP[le_q le_sh]; rewrite IHsh // andbT (leq_trans _ le_q) //.
by rewrite size_take; case: ltnP.
Qed.

(* The deep network is the two-layer network, at every input. *)
Theorem forward_deepen k net z :
  (2 < k)%N -> forward (deepen k net) z = eval net z.
Proof.
rewrite -subn_gt0 => k_gt2.
rewrite forward_deepen_blocks flatten_hinge_blocks //.
apply/rowP => l; rewrite !mxE big_map big_enum.
by apply: eq_bigr => j _; rewrite mxE.
Qed.

Theorem depth_deepen k net : (2 < k)%N -> depth (deepen k net) = k.
Proof.
move=> k_gt2; apply: etrans (congr1 succn (depth_body _ _ _)) _.
by rewrite size_hinge_blocks -addn2 subnK // ltnW.
Qed.

Theorem width_deepen k net :
  (width (deepen k net) <= n %/ (k - 2) + 2 * c + 3)%N.
Proof.
rewrite geq_max; apply/andP; split; first by rewrite addnC.
apply: leq_trans (width_body _ _ (hinge_blocks_le (k - 2) net)) _ => //.
by rewrite eq_leq //; ring.
Qed.

Theorem nonzero_weights_deepen k net : (2 < k)%N ->
  (nonzero_weights (deepen k net) <=
   2 * d + (2 * c + 3) * n + (4 * c + 2) * (k - 2))%N.
Proof.
rewrite -subn_gt0 => k_gt2; rewrite -[nonzero_weights _]/(_ + _ + _)%N.
rewrite nonzero_entries0 addn0 -addnA.
apply: leq_add; first by rewrite mulnC nonzero_entries_le.
have := nonzero_body (hinge_blocks (k - 2) net)
  (@fan_in_projections F c) (or_intror erefl).
by rewrite flatten_hinge_blocks // size_hidden_units size_hinge_blocks
           muln0 addn0.
Qed.

End DeepNetwork.

(* Corollary 1. For n distinct points and k > 2 there are a direction a and   *)
(* thresholds b, depending on the points alone, such that for all targets the *)
(* two-layer network with some output weights, spread over k layers, takes    *)
(* them: width about n / (k - 2), about 2 d + 5 n weights for one output.     *)
Theorem deep_interpolation (F : realFieldType) (d n k : nat)
    (z : 'I_n -> 'rV[F]_d) :
    injective z -> (2 < k)%N ->
  exists (a : 'cV_d) (b : 'I_n -> F), forall (c : nat) (Y : 'M_(n, c)),
  exists W, let N := deepen k (ReluNetwork a b W) in
    [/\ forall i, forward N (z i) = row i Y,
        depth N = k,
        (width N <= n %/ (k - 2) + 2 * c + 3)%N
      & (nonzero_weights N <=
         2 * d + (2 * c + 3) * n + (4 * c + 2) * (k - 2))%N].
Proof.
move=> /relu_interpolation[a [b fit]] k_gt2; exists a, b => c Y.
have [W [fits _]] := fit c Y; exists W; split.
- by move=> i; rewrite forward_deepen // fits.
- exact: depth_deepen.
- exact: width_deepen.
exact: nonzero_weights_deepen.
Qed.

(* Corollary 1 as it is used: one output, width at most n / (k - 2) + 5, and  *)
(* at most 2 d + 5 n + 6 (k - 2) weights other than 0.                        *)
Corollary deep_interpolation_scalar (F : realFieldType) (d n k : nat)
    (z : 'I_n -> 'rV[F]_d) (y : 'I_n -> F) :
    injective z -> (2 < k)%N ->
  exists N : dense_network F d 1,
    [/\ forall i, forward N (z i) 0 0 = y i,
        depth N = k,
        (width N <= n %/ (k - 2) + 5)%N
      & (nonzero_weights N <= 2 * d + 5 * n + 6 * (k - 2))%N].
Proof.
move=> z_inj k_gt2; have [a [b fit]] := deep_interpolation z_inj k_gt2.
have [W [fits N_k N_w N_nz]] := fit 1%N (\col_i y i).
exists (deepen k (ReluNetwork a b W)); split=> // [i|].
  by rewrite fits !mxE.
by rewrite -addnA in N_w.
Qed.
