(* A direction that separates points: Zhang et al. (2017), Section 4.         *)
From mathcomp Require Import all_ssreflect all_algebra.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

(******************************************************************************)
(*      projection a z == <a, z> for a column a and a row z                   *)
(*       separates a z == the points z_i have distinct projections on a       *)
(*    moment_curve d t == the column (1, t, t^2, ..., t^(d-1))                *)
(*          infinite T == T has lists of every length without repetition      *)
(*        naturals R m == 0, 1, ..., m - 1 as elements of R                   *)
(*             pairs n == the pairs (i, j) of indices with j < i              *)
(*                                                                            *)
(* Main theorems: separating_direction for entries from any list of more than *)
(* n (n - 1) / 2 field elements, separating_direction_infinite for infinite   *)
(* fields, separating_direction_nat and separating_direction_moment for       *)
(* integer entries with a bound.                                              *)
(******************************************************************************)

Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Definition projection (F : ringType) d (a : 'cV[F]_d) (z : 'rV[F]_d) : F :=
  (z *m a) 0 0.

Definition separates (F : ringType) d n (a : 'cV[F]_d) (z : 'I_n -> 'rV[F]_d) :=
  injective (fun i => projection a (z i)).

Definition moment_curve (F : ringType) d (t : F) : 'cV[F]_d := \col_k t ^+ k.

Definition infinite (T : eqType) :=
  forall m, exists s : seq T, uniq s /\ size s = m.

(* The numbers 0, 1, ..., m - 1.                                              *)
Definition naturals (R : ringType) m : seq R := [seq k%:R | k <- iota 0 m].

Lemma size_naturals (R : ringType) m : size (naturals R m) = m.
Proof. by rewrite size_map size_iota. Qed.

Lemma uniq_naturals (R : numDomainType) m : uniq (naturals R m).
Proof. by rewrite map_inj_uniq ?iota_uniq //; apply: mulrIn (oner_neq0 R). Qed.

Lemma naturalsP (R : ringType) m (t : R) :
  reflect (exists2 k, (k < m)%N & t = k%:R) (t \in naturals R m).
Proof.
by apply: (iffP mapP) => -[k k_m ->]; exists k; rewrite ?mem_iota // in k_m *.
Qed.

(* An ordered field is infinite.                                              *)
Lemma infinite_num (R : numDomainType) : infinite R.
Proof.
by move=> m; exists (naturals R m); rewrite size_naturals uniq_naturals.
Qed.

(* A longer list without repetition has an element that a shorter one lacks.  *)
Lemma exists_notin (T : eqType) (s s' : seq T) :
  uniq s -> (size s' < size s)%N -> exists2 t, t \in s & t \notin s'.
Proof.
move=> s_uniq lt_s; have /hasP[t t_s t_s'] : has [pred t | t \notin s'] s.
  apply: contraTT lt_s => /hasPn s_sub; rewrite -leqNgt.
  by apply: uniq_leq_size => // t /s_sub; rewrite negbK.
by exists t.
Qed.

Section Pairs.

Variable n : nat.

(* The pairs (i, j) with j < i, each once.                                    *)
Definition pairs : seq ('I_n * 'I_n) :=
  enum [pred p : 'I_n * 'I_n | p.2 < p.1]%N.

Lemma size_pairs : size pairs = 'C(n, 2).
Proof.
rewrite -cardE -sum1_card -triangular_sum big_mkord.
rewrite -(pair_big_dep xpredT (fun i j : 'I_n => j < i)%N (fun _ _ => 1%N)) /=.
apply: eq_bigr => i _; have i_le_n : (i <= n)%N by apply: ltnW.
by rewrite -(big_ord_widen _ (fun=> 1%N) i_le_n) sum1_card card_ord.
Qed.

(* A symmetric statement holds for all i <> j if it holds for the pairs.      *)
Lemma pairs_all (P : rel 'I_n) : symmetric P ->
  (forall p, p \in pairs -> P p.1 p.2) -> forall i j, i != j -> P i j.
Proof.
move=> Psym P_pairs i j; rewrite neq_ltn => /orP[] lt_ij.
  by rewrite Psym; apply: (P_pairs (j, i)); rewrite mem_enum.
by apply: (P_pairs (i, j)); rewrite mem_enum.
Qed.

End Pairs.

Section Field.

Variables (F : fieldType) (n : nat).

Lemma projectionB d (a : 'cV[F]_d) u v :
  projection a (u - v) = projection a u - projection a v.
Proof. by rewrite /projection mulmxBl !mxE. Qed.

Lemma projection_block d (z : 'rV[F]_(1 + d)) t (a : 'cV_d) :
  projection (col_mx t%:M a) z = z 0 0 * t + projection a (rsubmx z).
Proof.
rewrite /projection -{1}[z]hsubmxK mul_row_col mxE mul_mx_scalar !mxE.
by rewrite mulrC; congr (z _ _ * _ + _); apply/val_inj.
Qed.

Lemma row_block_neq d (u v : 'rV[F]_(1 + d)) :
  u 0 0 = v 0 0 -> rsubmx u = rsubmx v -> u = v.
Proof.
move=> uv0 uv; rewrite -[u]hsubmxK -[v]hsubmxK uv; congr row_mx.
by apply/rowP => k; rewrite !ord1 !mxE lshift0.
Qed.

(* One coordinate after the other: each pair of points rules out at most one  *)
(* value of the next entry.                                                   *)
Lemma separating_entries d (z : 'I_n -> 'rV[F]_d) (s : seq F) :
    uniq s -> ('C(n, 2) < size s)%N ->
  exists2 a : 'cV_d, forall k, a k 0 \in s
    & forall i j, projection a (z i) = projection a (z j) -> z i = z j.
Proof.
move=> s_uniq lt_s; elim: d z => [|d IHd] z.
  by exists 0 => [[]|i j _] //; apply/rowP => -[].
have [a a_s a_sep] := IHd (fun i => rsubmx (z i : 'rV_(1 + d))).
pose p i := projection a (rsubmx (z i : 'rV_(1 + d))).
pose bad (ij : 'I_n * 'I_n) :=
  (p ij.2 - p ij.1) / (z ij.1 0 0 - z ij.2 0 0).
have [|t t_s t_good] := @exists_notin _ s (map bad (pairs n)) s_uniq.
  by rewrite size_map size_pairs.
exists (col_mx t%:M a : 'cV_(1 + d)) => [k|i j].
  rewrite mxE; case: splitP => k' _; last exact: a_s.
  by rewrite mxE !ord1.
have [->//|neq_ij] := eqVneq i j; apply/contra_eq/implyP.
move: i j neq_ij; apply: pairs_all => [i j|[i j] ij_pair /=].
  by rewrite (eq_sym (z i)) (eq_sym (projection _ (z i))).
apply/implyP; apply: contraNneq; rewrite !projection_block -!/(p _) => eq_p.
have [eq_0|neq_0] := eqVneq (z i 0 0) (z j 0 0).
  apply/eqP/row_block_neq => //; apply: a_sep.
  by move: eq_p; rewrite eq_0 => /addrI.
case/negP: t_good; apply/mapP; exists (i, j) => //=.
have {}neq_0 : z i 0 0 - z j 0 0 != 0 by rewrite subr_eq0.
apply: (mulIf neq_0); rewrite divfK // mulrC mulrBl.
by apply/eqP; rewrite subr_eq addrAC [p j + _]addrC -eq_p addrK.
Qed.

(* Some list element is no root of finitely many non-zero polynomials.        *)
Lemma exists_nonroot d (ps : seq {poly F}) (s : seq F) :
    all (fun p : {poly F} => (p != 0) && (size p <= d.+1)%N) ps ->
    uniq s -> (size ps * d < size s)%N ->
  exists2 t, t \in s & all (fun p => ~~ root p t) ps.
Proof.
move=> ps_d s_uniq lt_s; pose q := \prod_(p <- ps) p.
have [q_neq0 size_q] : q != 0 /\ (size q <= (size ps * d).+1)%N.
  rewrite /q {lt_s q}; elim: ps ps_d => [_|p ps IHps] /=.
    by rewrite big_nil oner_neq0 size_poly1.
  case/andP=> /andP[p_neq0 size_p] /IHps[q_neq0 size_q].
  rewrite big_cons mulf_neq0 //; split=> //.
  rewrite size_mul // -subn1 leq_subLR mulSn.
  by rewrite (leq_trans (leq_add size_p size_q)) // !addSn addnS.
have /hasP[t t_s t_q] : has [pred t | ~~ root q t] s.
  rewrite -[has _ _]negbK -all_predC; apply/negP => q_s.
  have s_roots : all (root q) s by apply: sub_all q_s => t /=; rewrite negbK.
  have := max_poly_roots q_neq0 s_roots s_uniq.
  by rewrite ltnNge (leq_trans size_q).
by exists t => //; move: t_q; rewrite /q /= root_bigmul.
Qed.

Lemma projection_moment_curve d (t : F) (z : 'rV[F]_d) :
  projection (moment_curve d t) z = (rVpoly z).[t].
Proof.
rewrite /projection horner_poly mxE; apply: eq_bigr => k _.
by rewrite !mxE valK.
Qed.

Lemma separating_moment d (z : 'I_n -> 'rV[F]_d) (s : seq F) :
    injective z -> uniq s -> ('C(n, 2) * d.-1 < size s)%N ->
  exists2 t, t \in s & separates (moment_curve d t) z.
Proof.
move=> z_inj s_uniq lt_s; pose diff ij := rVpoly (z ij.1 - z ij.2).
have [|||t t_s t_nonroot] := @exists_nonroot d.-1 (map diff (pairs n)) s.
- apply/allP => _ /mapP[[i j] ij_pair ->]; rewrite /diff /=.
  have neq_ij : z i - z j != 0.
    rewrite subr_eq0 (inj_eq z_inj).
    by apply: contraTneq ij_pair => ->; rewrite mem_enum inE ltnn.
  rewrite raddf_eq0 ?neq_ij /=; last exact: can_inj rVpolyK.
  exact: leq_trans (size_poly _ _) (leqSpred d).
- exact: s_uniq.
- by rewrite size_map size_pairs.
exists t => // i j; apply: contra_eq; move: i j.
apply: pairs_all => [i j|ij ij_pair].
  by rewrite eq_sym.
have := allP t_nonroot _ (map_f diff ij_pair).
by rewrite rootE -projection_moment_curve projectionB subr_eq0.
Qed.

End Field.

(* Distinct points are separated by a direction with entries from any list of *)
(* more than n (n - 1) / 2 field elements.                                    *)
Theorem separating_direction (F : fieldType) (d n : nat)
    (z : 'I_n -> 'rV[F]_d) (s : seq F) :
    injective z -> uniq s -> ('C(n, 2) < size s)%N ->
  exists2 a : 'cV_d, forall k, a k 0 \in s & separates a z.
Proof.
move=> z_inj s_uniq lt_s.
have [a a_s a_sep] := separating_entries z s_uniq lt_s.
by exists a => // i j /a_sep /z_inj.
Qed.

(* Over an infinite field, distinct points are separated by some direction.   *)
Theorem separating_direction_infinite (F : fieldType) (d n : nat)
    (z : 'I_n -> 'rV[F]_d) :
  infinite F -> injective z -> exists a : 'cV_d, separates a z.
Proof.
move=> F_inf z_inj; have [s [s_uniq size_s]] := F_inf 'C(n, 2).+1.
have [|a _ a_sep] := separating_direction z_inj s_uniq; first by rewrite size_s.
by exists a.
Qed.

(* Over an ordered field, entries 0, 1, ..., n (n - 1) / 2 suffice.           *)
Theorem separating_direction_nat (F : numFieldType) (d n : nat)
    (z : 'I_n -> 'rV[F]_d) :
    injective z ->
  exists2 t : 'I_d -> nat, forall k, (t k <= 'C(n, 2))%N
    & separates (\col_k (t k)%:R) z.
Proof.
move=> z_inj.
have [|a a_nat a_sep] :=
    separating_direction z_inj (uniq_naturals F 'C(n, 2).+1).
  by rewrite size_naturals.
have [t t_le a_t] := fin_all_exists2 (fun k => naturalsP _ _ (a_nat k)).
exists t => //; rewrite (_ : \col_k _ = a) //.
by apply/colP => k; rewrite mxE a_t.
Qed.

(* On the moment curve (1, t, t^2, ...), some t of 0, 1, ..., (n (n - 1) / 2) *)
(* (d - 1) separates, so the entries are at most ((n (n - 1) / 2) (d - 1))^(d *)
(* - 1).                                                                      *)
Theorem separating_direction_moment (F : numFieldType) (d n : nat)
    (z : 'I_n -> 'rV[F]_d) :
    injective z ->
  exists2 t : nat, (t <= 'C(n, 2) * d.-1)%N & separates (moment_curve d t%:R) z.
Proof.
move=> z_inj.
have [|_ /naturalsP[t t_le ->] t_sep] :=
    separating_moment z_inj (uniq_naturals F ('C(n, 2) * d.-1).+1).
  by rewrite size_naturals.
by exists t.
Qed.
