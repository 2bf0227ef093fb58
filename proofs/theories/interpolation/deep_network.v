(* Corollary 1: Zhang et al. (2017), Section 4.                               *)
From mathcomp Require Import all_ssreflect all_algebra.
From Rethink Require Import interpolation.relu_matrix.
From Rethink Require Import interpolation.separating_direction.
From Rethink Require Import interpolation.relu_interpolation.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(******************************************************************************)
(*    dense_network F m q == dense feed-forward ReLU networks with m inputs   *)
(*                           and q outputs: hidden layers, each with a weight *)
(*                           matrix and a bias, then a layer without ReLU     *)
(*            forward N z == the outputs of N at z                            *)
(*                depth N == the number of layers, the output layer included  *)
(*                width N == the largest number of units in a hidden layer    *)
(*      nonzero_weights N == how many weights and biases are not 0            *)
(*           deepen k net == the two-layer network net with its hidden units  *)
(*                           spread over k - 2 layers: a dense network of     *)
(*                           depth k                                          *)
(*                                                                            *)
(* The units of deepen k net, for the projection p = <a, z> and a running sum *)
(* t of the outputs over the hidden units of the layers before:               *)
(*                                                                            *)
(*    ProjectionPart s == relu p if s is true, relu (- p) if it is false      *)
(*         SumPart s l == relu t_l or relu (- t_l)                            *)
(*           Hinge b w == relu (p - b), a hidden unit of net with output      *)
(*                        weights w                                           *)
(*                                                                            *)
(* The first hidden layer holds the two parts of the projection. Every other  *)
(* one holds a block of hinges, of sizes as even as can be; its projection    *)
(* parts are left out in the last hidden layer, and its sum parts in the      *)
(* first layer that has hinges. So the sum is passed on as relu t - relu (-   *)
(* t) = t, and the projection likewise. Where k - 2 exceeds n, the last       *)
(* blocks are empty.                                                          *)
(*                                                                            *)
(* Main theorems: forward_deepen, the deep network is the two-layer one at    *)
(* every input; depth_deepen, width_deepen, nonzero_weights_deepen; and       *)
(* Corollary 1: deep_interpolation, and deep_interpolation_scalar for one     *)
(* output.                                                                    *)
(******************************************************************************)

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section DenseNetwork.

Variable F : realFieldType.

Inductive dense_network : nat -> nat -> Type :=
| OutputLayer m q of 'M[F]_(m, q) & 'rV[F]_q : dense_network m q
| HiddenLayer m p q of 'M[F]_(m, p) & 'rV[F]_p & dense_network p q :
    dense_network m q.

Fixpoint forward m q (N : dense_network m q) : 'rV[F]_m -> 'rV[F]_q :=
  match N with
  | OutputLayer _ _ W b => fun z => z *m W + b
  | HiddenLayer _ _ _ W b N' => fun z =>
      forward N' (map_mx (@relu F) (z *m W + b))
  end.

Fixpoint depth m q (N : dense_network m q) : nat :=
  if N is HiddenLayer _ _ _ _ _ N' then (depth N').+1 else 1%N.

Fixpoint width m q (N : dense_network m q) : nat :=
  if N is HiddenLayer _ p _ _ _ N' then maxn p (width N') else 0%N.

Definition nonzero_entries m p (A : 'M[F]_(m, p)) : nat :=
  (\sum_i \sum_j (A i j != 0%R))%N.

Fixpoint nonzero_weights m q (N : dense_network m q) : nat :=
  match N with
  | OutputLayer _ _ W b => nonzero_entries W + nonzero_entries b
  | HiddenLayer _ _ _ W b N' =>
      nonzero_entries W + nonzero_entries b + nonzero_weights N'
  end%N.

Lemma nonzero_entries0 m p : nonzero_entries (0 : 'M_(m, p)) = 0%N.
Proof. by do 2![apply: big1 => ? _]; rewrite mxE eqxx. Qed.

Lemma nonzero_entries_le m p (A : 'M_(m, p)) : (nonzero_entries A <= m * p)%N.
Proof.
have -> : (m * p = \sum_(i < m) \sum_(j < p) 1)%N.
  by rewrite !sum_nat_const !card_ord muln1.
by do 2![apply: leq_sum => ? _]; rewrite leq_b1.
Qed.

Lemma relu_sub (t : F) : relu t - relu (- t) = t.
Proof.
case: (leP 0 t) => [t_ge0 | /ltW t_le0].
  by rewrite relu_pos // relu_neg ?oppr_le0 // subr0.
by rewrite relu_neg // relu_pos ?oppr_ge0 // sub0r opprK.
Qed.

Lemma relu_id (t : F) : relu (relu t) = relu t.
Proof. by rewrite relu_pos // /relu le_maxr lexx orbT. Qed.

End DenseNetwork.

Section Deepen.

Variables (F : realFieldType) (d c : nat).

Inductive unit_kind :=
| ProjectionPart of bool
| SumPart of bool & 'I_c
| Hinge of F & 'rV[F]_c.

Implicit Types (u v : unit_kind) (us src dst sums : seq unit_kind).
Implicit Types (p : F) (t : 'I_c -> F) (B : seq (F * 'rV[F]_c)).
Implicit Types (blocks : seq (seq (F * 'rV[F]_c))) (l : 'I_c).

Definition signed (s : bool) (x : F) : F := if s then x else - x.

(* What a unit holds when the projection is p and the running sum is t. *)
Definition value p t u : F :=
  match u with
  | ProjectionPart s => relu (signed s p)
  | SumPart s l => relu (signed s (t l))
  | Hinge b _ => relu (p - b)
  end.

(* What a unit adds to output l, and to a unit of the next layer. *)
Definition output_weight u l : F :=
  match u with
  | ProjectionPart _ => 0
  | SumPart s l' => if l' == l then signed s 1 else 0
  | Hinge _ w => w 0 l
  end.

Definition weight u v : F :=
  match v, u with
  | ProjectionPart s, ProjectionPart s' => (s == s')%:R
  | SumPart s l, _ => signed s (output_weight u l)
  | Hinge _ _, ProjectionPart s' => signed s' 1
  | _, _ => 0
  end.

Definition bias v : F := if v is Hinge b _ then - b else 0.

Notation unit_at us i := (tnth (in_tuple us) i).

Definition layer_weights src dst : 'M[F]_(size src, size dst) :=
  \matrix_(i, j) weight (unit_at src i) (unit_at dst j).

Definition layer_bias dst : 'rV[F]_(size dst) := \row_j bias (unit_at dst j).

Definition projections := [:: ProjectionPart true; ProjectionPart false].

Definition all_sums :=
  [seq SumPart true l | l <- enum 'I_c] ++
  [seq SumPart false l | l <- enum 'I_c].

Definition hinges B := [seq Hinge h.1 h.2 | h <- B].

(* The layer with block B, when blocks are left for the layers after it. *)
Definition layer_units sums B blocks :=
  (if blocks is [::] then [::] else projections) ++ hinges B ++ sums.

Fixpoint body src sums blocks : dense_network F (size src) c :=
  if blocks is B :: blocks' then
    let dst := layer_units sums B blocks' in
    HiddenLayer (layer_weights src dst) (layer_bias dst)
      (body dst all_sums blocks')
  else OutputLayer (\matrix_(i, l) output_weight (unit_at src i) l) 0.

Definition first_weights (a : 'cV[F]_d) : 'M[F]_(d, size projections) :=
  \matrix_(i, j)
    if unit_at projections j is ProjectionPart s then signed s (a i 0) else 0.

Definition deepen_blocks (a : 'cV[F]_d) blocks : dense_network F d c :=
  HiddenLayer (first_weights a) 0 (body projections [::] blocks).

(* The network computes what the two-layer one does. *)

Definition values p t us : 'rV[F]_(size us) := \row_i value p t (unit_at us i).

Definition carried p t us l := \sum_(u <- us) value p t u * output_weight u l.

Definition knows_projection us := forall p t s,
  \sum_(u <- us) value p t u * weight u (ProjectionPart s) = relu (signed s p).

Lemma values_mul p t src q (W : unit_kind -> 'I_q -> F) :
  values p t src *m (\matrix_(i, j) W (unit_at src i) j) =
  \row_j \sum_(u <- src) value p t u * W u j.
Proof.
apply/rowP => j; rewrite !mxE [RHS]big_tnth.
by apply: eq_bigr => i _; rewrite !mxE.
Qed.

Lemma signed_sum s (I : Type) (r : seq I) (f : I -> F) :
  \sum_(i <- r) signed s (f i) = signed s (\sum_(i <- r) f i).
Proof. by case: s => //=; rewrite sumrN. Qed.

Lemma mul_signed s (x y : F) : x * signed s y = signed s (x * y).
Proof. by case: s => //=; rewrite mulrN. Qed.

(* Each unit of the next layer gets its value. *)
Lemma unit_value p t src v : knows_projection src ->
  relu (\sum_(u <- src) value p t u * weight u v + bias v) =
  value p (carried p t src) v.
Proof.
move=> src_p; case: v => [s | s l | b w] /=.
- by rewrite addr0 src_p relu_id.
- rewrite addr0 /carried -signed_sum; congr relu.
  by apply: eq_bigr => u _; rewrite mul_signed.
congr (relu (_ - b)); rewrite -[RHS]relu_sub -(src_p p t true).
rewrite -[- p]/(signed false p) -(src_p p t) -sumrB; apply: eq_bigr => u _.
by case: u => [[]| |] * /=; rewrite ?mulr0 ?mulr1 ?subr0 ?sub0r ?mulrN ?mulr1.
Qed.

Lemma layer_values p t src dst : knows_projection src ->
  map_mx (@relu F) (values p t src *m layer_weights src dst + layer_bias dst) =
  values p (carried p t src) dst.
Proof.
move=> src_p.
rewrite (values_mul p t src (fun u j => weight u (unit_at dst j))).
by apply/rowP => j; rewrite !mxE unit_value.
Qed.

Lemma knows_projection_layer sums B :
  sums = all_sums \/ sums = [::] ->
  knows_projection (projections ++ hinges B ++ sums).
Proof.
move=> sumsE p t s; rewrite !big_cat.
have -> : \sum_(u <- sums) value p t u * weight u (ProjectionPart s) = 0.
  case: sumsE => ->; last by rewrite big_nil.
  by rewrite big_cat !big_map /= !big1 ?addr0 // => l _; rewrite mulr0.
have -> : \sum_(u <- hinges B) value p t u * weight u (ProjectionPart s) = 0.
  by rewrite big_map big1 // => h _; rewrite /= mulr0.
rewrite /= !addr0 big_cons big_seq1; case: s => /=.
  by rewrite mulr1 mulr0 addr0.
by rewrite mulr0 mulr1 add0r.
Qed.

Lemma carried0 p t l : carried p t [::] l = 0.
Proof. by rewrite /carried big_nil. Qed.

Lemma carried_cat p t us vs l :
  carried p t (us ++ vs) l = carried p t us l + carried p t vs l.
Proof. by rewrite /carried big_cat. Qed.

Lemma carried_projections p t l : carried p t projections l = 0.
Proof. by rewrite /carried big_cons big_seq1 /= !mulr0 addr0. Qed.

Lemma carried_sums p t l : carried p t all_sums l = t l.
Proof.
have pick_l s : \sum_(l' <- enum 'I_c)
    value p t (SumPart s l') * output_weight (SumPart s l') l =
    signed s (relu (signed s (t l))).
  rewrite big_enum (bigD1 l) //= eqxx mul_signed mulr1 big1 ?addr0 // => l'.
  by move=> /negPf ->; rewrite mulr0.
rewrite /carried big_cat 2!big_map -[RHS]relu_sub.
exact: (congr2 +%R (pick_l true) (pick_l false)).
Qed.

Lemma carried_hinges p t B l :
  carried p t (hinges B) l = \sum_(h <- B) relu (p - h.1) * h.2 0 l.
Proof. by rewrite /carried big_map. Qed.

(* The layers compute the sum over all hinges. *)
Lemma forward_body blocks src sums p t :
    (blocks = [::] \/ knows_projection src) ->
    (sums = all_sums \/
       sums = [::] /\ forall p t l, carried p t src l = 0) ->
  forward (body src sums blocks) (values p t src) =
  \row_l (carried p t src l +
          \sum_(B <- blocks) \sum_(h <- B) relu (p - h.1) * h.2 0 l).
Proof.
elim: blocks src sums t => [|B blocks IHblocks] src sums t src_p sumsE /=.
  rewrite (values_mul p t src output_weight) addr0.
  by apply/rowP => l; rewrite !mxE big_nil addr0.
have {}src_p : knows_projection src by case: src_p.
have sums_only : sums = all_sums \/ sums = [::] by case: sumsE => [|[]]; auto.
rewrite layer_values // IHblocks; first 1 last.
- case: blocks {IHblocks} => [|B' blocks]; [by left | right].
  exact: knows_projection_layer.
- by left.
apply/rowP => l; rewrite !mxE big_cons addrA; congr (_ + _).
rewrite !carried_cat carried_hinges addrCA addrC; congr (_ + _).
rewrite (_ : carried _ _ (if _ is [::] then _ else _) _ = 0) ?add0r.
  case: sumsE => [-> | [-> ->]]; [exact: carried_sums | exact: carried0].
by case: (blocks) => *; [exact: carried0 | exact: carried_projections].
Qed.

Lemma projection_unit (j : 'I_(size projections)) :
  exists s, unit_at projections j = ProjectionPart s.
Proof.
by case: j => [[|[|//]] j_lt]; [exists true | exists false].
Qed.

Lemma first_values a z t :
  map_mx (@relu F) (z *m first_weights a + 0) =
  values (projection a z) t projections.
Proof.
rewrite addr0; apply/rowP => j; rewrite !mxE.
have [s j_s] := projection_unit j; rewrite j_s /= /projection mxE -signed_sum.
by congr relu; apply: eq_bigr => i _; rewrite mxE j_s mul_signed.
Qed.

(* A network built from blocks is the two-layer network of all its hinges. *)
Lemma forward_deepen_blocks a blocks z :
  forward (deepen_blocks a blocks) z =
  \row_l \sum_(h <- flatten blocks) h.2 0 l * relu (projection a z - h.1).
Proof.
rewrite -[LHS]/(forward (body projections [::] blocks)
  (map_mx (@relu F) (z *m first_weights a + 0))).
rewrite (first_values a z (fun=> 0)) forward_body; first 1 last.
- right=> p t s; rewrite big_cons big_seq1 /=.
  by case: s; rewrite /= mulr1 mulr0 ?addr0 ?add0r.
- by right; split=> // *; apply: carried_projections.
apply/rowP => l; rewrite !mxE carried_projections add0r.
rewrite big_flatten /=; apply: eq_bigr => B _.
by apply: eq_bigr => h _; rewrite mulrC.
Qed.

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

Lemma signed0 s : signed s 0 = 0.
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
    (weight (SumPart s' l') (SumPart s l) != 0%R) <= 1)%N.
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
      (fan_in src (SumPart s l) + (bias (SumPart s l) != 0%R)) <= c * m)%N.
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

End Deepen.

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
