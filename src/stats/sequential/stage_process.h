// The distribution of a group-sequential test statistic from look to look.
#pragma once

#include <cstddef>
#include <vector>

namespace kensho::stats {

/// The region in which a trial goes on after a look, on the z scale.
struct Continuation {
  double lower;
  double upper;
};

/// Z at successive looks, given that every look before was in its continuation region:
/// Z_k sqrt(I_k) has independent normal increments of mean drift dI and variance dI.
/// The density is carried on Gauss-Legendre nodes, panels of which are as fine as the density and
/// the next step ask for: about 12 correct decimals of every probability.
/// Source  Armitage, McPherson & Rowe 1969, JRSS A 132:235-244; Jennison & Turnbull 2000, ch. 19.
class StageProcess {
 public:
  /// Before the first look; E Z = drift sqrt(I).
  explicit StageProcess(double drift) : drift_(drift) {}

  /// P(went on so far and Z >= z) at the look with this information (after the last one), P(Z <= z)
  /// and the density at z.
  /// Cost    O(nodes).
  double above(double z, double information) const;
  double below(double z, double information) const;
  double density(double z, double information) const;

  /// Passes the look at `information`, after which the trial goes on within the region; the next
  /// look is at `next_information`.
  /// Cost    O(nodes^2), some 80 nodes.
  void pass(const Continuation& region, double information, double next_information);

  /// P(went on at every look so far).
  double remaining() const;

 private:
  double drift_;
  double information_ = 0;
  std::vector<double> z_ = {0};  // nodes at the last look
  std::vector<double> mass_ = {1};
};

}  // namespace kensho::stats
