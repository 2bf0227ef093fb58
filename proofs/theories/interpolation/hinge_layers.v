(* The layers of a deep network: Zhang et al. (2017), Corollary 1.            *)
From mathcomp Require Import all_ssreflect all_algebra.
From Rethink Require Import interpolation.relu_matrix.
From Rethink Require Import interpolation.separating_direction.
From Rethink Require Import interpolation.dense_network.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(******************************************************************************)
(* The units of a hidden layer, for the projection p = <a, z> and a running   *)
(* sum t of the outputs over the hidden units of the layers before:           *)
(*                                                                            *)
(*    ProjectionPart s == relu p if s is true, relu (- p) if it is false      *)
(*         SumPart s l == relu t_l or relu (- t_l)                            *)
(*           Hinge b w == relu (p - b), a hidden unit with output weights w   *)
(*                                                                            *)
(* A block is a list of hinges, each a threshold and its output weights.      *)
(*                                                                            *)
(*               value p t u == what the unit u holds                         *)
(*                weight u v == the weight from u to a unit v of the next     *)
(*                              layer                                         *)
(*      body src sums blocks == the layers after one with the units src, of   *)
(*                              which the first has the units sums for the    *)
(*                              running sum                                   *)
(*    deepen_blocks a blocks == the network with direction a and these blocks *)
(*                                                                            *)
(* The first hidden layer holds the two parts of the projection. Every other  *)
(* one holds a block of hinges; its projection parts are left out in the last *)
(* hidden layer, and its sum parts in the first layer that has hinges. So the *)
(* sum is passed on as relu t - relu (- t) = t, and the projection likewise.  *)
(*                                                                            *)
(* Main theorem: forward_deepen_blocks.                                       *)
(******************************************************************************)

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section ReluParts.

Variable F : realFieldType.

Lemma relu_sub (t : F) : relu t - relu (- t) = t.
Proof.
case: (leP 0 t) => [t_ge0 | /ltW t_le0].
  by rewrite relu_pos // relu_neg ?oppr_le0 // subr0.
by rewrite relu_neg // relu_pos ?oppr_ge0 // sub0r opprK.
Qed.

Lemma relu_id (t : F) : relu (relu t) = relu t.
Proof. by rewrite relu_pos // /relu le_maxr lexx orbT. Qed.

End ReluParts.

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

(* A network built from blocks is, at every input, the two-layer network of   *)
(* all its hinges.                                                            *)
Theorem forward_deepen_blocks a blocks z :
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

End Deepen.

Arguments ProjectionPart {F c}.
Arguments SumPart {F c}.
