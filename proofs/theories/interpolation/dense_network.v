(* Dense feed-forward ReLU networks, and Theorem 1's network among them.      *)
From mathcomp Require Import all_ssreflect all_algebra.
From Rethink Require Import interpolation.relu_matrix.
From Rethink Require Import interpolation.separating_direction.
From Rethink Require Import interpolation.relu_interpolation.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(******************************************************************************)
(*    dense_network F m q == networks with m inputs and q outputs: hidden     *)
(*                           layers, each with a weight matrix and a bias,    *)
(*                           then a layer without ReLU                        *)
(*            forward N z == the outputs of N at z                            *)
(*                depth N == the number of layers, the output layer included  *)
(*                width N == the largest number of units in a hidden layer    *)
(*      nonzero_weights N == how many weights and biases are not 0            *)
(*         two_layers net == the two-layer network net as a dense network:    *)
(*                           its direction repeated for each hidden unit      *)
(*                                                                            *)
(* Main theorem: two_layers_spec, Corollary 1's case k = 2.                   *)
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

End DenseNetwork.

Section TwoLayers.

Variables (F : realFieldType) (d n c : nat).
Implicit Types (net : relu_network F d n c).

Definition two_layers net : dense_network F d c :=
  HiddenLayer (\matrix_(i < d, j < n) direction net i 0)
    (\row_j - thresholds net j) (OutputLayer (output_weights net) 0).

(* The two-layer network as a dense network is the same function, of depth 2  *)
(* and width n; counting the direction n times, it has up to n (d + 1 + c)    *)
(* weights.                                                                   *)
Theorem two_layers_spec net :
  [/\ forall z, forward (two_layers net) z = eval net z,
      depth (two_layers net) = 2%N,
      width (two_layers net) = n
    & (nonzero_weights (two_layers net) <= n * (d + 1 + c))%N].
Proof.
split=> [z| | |] /=; [|by []|exact: maxn0|].
  apply/rowP => l; rewrite addr0 !mxE; apply: eq_bigr => j _.
  rewrite !mxE mulrC /projection mxE; congr (_ * relu (_ - _)).
  by apply: eq_bigr => i _; rewrite mxE.
rewrite nonzero_entries0 addn0 !mulnDr mulnC muln1.
by rewrite !leq_add ?nonzero_entries_le // -[n in (_ <= n)%N]mul1n
           nonzero_entries_le.
Qed.

End TwoLayers.
