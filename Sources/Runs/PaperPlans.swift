public import Experiments
private import NetworkFiles

/// The paper's tables and figures, as the YAML files in `Plans` say them.
public enum PaperPlans {
  /// The texts in the order of the paper's argument, each under its plan's name.
  public static let texts: [(name: String, text: String)] = [
    ("theorem1", PackageResources.theorem1_yaml),
    ("four-learners", PackageResources.four_learners_yaml),
    ("table1", PackageResources.table1_yaml), ("table2", PackageResources.table2_yaml),
    ("table3", PackageResources.table3_yaml), ("table4", PackageResources.table4_yaml),
    ("figure1a", PackageResources.figure1a_yaml), ("figure1b", PackageResources.figure1b_yaml),
    ("figure1c", PackageResources.figure1c_yaml), ("figure2b", PackageResources.figure2b_yaml),
    ("kernel-corruption", PackageResources.kernel_corruption_yaml),
    ("section5", PackageResources.section5_yaml),
  ].map { ($0.0, String(decoding: $0.1, as: UTF8.self)) }

  /// The plans, in the same order.
  ///
  /// - Returns: all tables and figures.
  public static func all() -> [PaperPlan] {
    texts.map { name, text in
      do throws(YAMLFileError) {
        return try PaperPlanFile.plan(parsing: text, path: "\(name).yaml")
      } catch {
        // A test reads each of them.
        preconditionFailure("\(error)")
      }
    }
  }
}
