"""Small Town: nine squares of one kilometre, with every answer worked out by hand.

People live at the middle of each square, and walking is 1.3 times the straight line, so the next square is exactly
1,300 m away: the very edge of reach, which counts. Diagonal squares (1,838 m) are out of reach.

      people            square numbers     food (theme 0)     advice (theme 1)
   100  200  100          0  1  2            B  .  .             w  .  .
   300  400  200          3  4  5            .  A  .             w  .  .
   100  300  100          6  7  8            .  .  .             w  .  D      theme 2: nothing anywhere

A service counts fully in its own square (walk up to 650 m) and half in the next square (up to 1,300 m).
A, B and D stand at the middle of squares 4, 0 and 8. A and B have supply 1, D has supply 2. The west column is
also served (w) by an advice service of supply 1 that comes to people, wherever in the column they live.
"""

from __future__ import annotations

import math

import numpy as np

from app.analysis.inputs import PopulationPoints, ReachSettings, ServedAreas, ServicePoints

FOOD, ADVICE, NOTHING = 0, 1, 2
THEME_COUNT = 3

SETTINGS = ReachSettings(reach_m=1300, detour=1.3, decay="steps", steps=((650, 1.0), (1300, 0.5)))

X_M = np.array([500.0, 1500.0, 2500.0] * 3)
Y_M = np.array([2500.0] * 3 + [1500.0] * 3 + [500.0] * 3)
PEOPLE = np.array([100.0, 200, 100, 300, 400, 200, 100, 300, 100])  # 1,800 in all

POINTS = PopulationPoints(X_M, Y_M, PEOPLE, np.ones(9))
A, B, D = 0, 1, 2
SERVICES = ServicePoints(
    np.array([1500.0, 500.0, 2500.0]),
    np.array([1500.0, 2500.0, 500.0]),
    np.array([1.0, 1.0, 2.0]),
    np.array([FOOD, FOOD, ADVICE]),
)
SERVED = ServedAreas(np.array([1.0]), np.array([ADVICE]), (np.array([0, 3, 6]),))

# A reaches its own square and the four around it: 400 + 200 + 300 + 200 + 300 = 1,400 people.
# B reaches its corner and two neighbours: 100 + 200 + 300 = 600. D: 100 + 200 + 300 = 600.
SHARED_BY = np.array([1400.0, 600.0, 600.0])
RATIO = np.array([1 / 1400, 1 / 600, 2 / 600])
SERVED_BY_COLUMN = 500.0  # 100 + 300 + 100

# Food in 4,200ths (1/600 = 7/4200, 1/1400 = 3/4200):
# square 0 has B in full, 7; 1 and 3 have half of each, 3.5 + 1.5 = 5; 4 has A in full, 3; 5 and 7 half of A, 1.5.
FOOD_ACCESS = np.array([7, 5, 0, 5, 3, 1.5, 0, 1.5, 0]) / 4200
FOOD_IN_REACH = np.array([1.0, 2, 0, 2, 1, 1, 0, 1, 0])
FOOD_CLOSENESS_SUM = np.array([1.0, 1, 0, 1, 1, 0.5, 0, 0.5, 0])

# Advice: D in full at 8 and half at 5 and 7, in 300ths; 1/500 each in the west column, whatever the distance.
ADVICE_ACCESS = np.array([1 / 500, 0, 0, 1 / 500, 0, 0.5 / 300, 1 / 500, 0.5 / 300, 1 / 300])
ADVICE_IN_REACH = np.array([1.0, 0, 0, 1, 0, 2, 1, 2, 2])
ADVICE_CLOSENESS_SUM = np.array([1.0, 0, 0, 1, 0, 1, 1, 1, 2])

# Fair share of food: (100·7 + 200·5 + 300·5 + 400·3 + 200·1.5 + 300·1.5) / 1,800 = 5150 / 1800, in 4,200ths.
FOOD_BENCHMARK = 5150 / 1800 / 4200
# Advice: D's share reaches (100 + 200/2 + 300/2) / 300 = 350/300, the column 500/500 = 1.
ADVICE_BENCHMARK = (350 / 300 + 1) / 1800

# Squares 5 and 7: 1 - 1.5·1800/5150 = 49/103. Squares 2, 6 and 8 have nothing. The rest have enough.
FOOD_SHORTFALL = np.array([0, 0, 1, 0, 0, 49 / 103, 1, 49 / 103, 1])
FOOD_EQUIVALENT = np.array([0, 0, 100, 0, 0, 200 * 49 / 103, 100, 300 * 49 / 103, 100])
FOOD_SHORT_PEOPLE = 100 + 200 + 100 + 300 + 100

# Why: mean services in reach K* = 2000/1800, mean closeness C* = 1250/2000, so people sharing each
# X* = 1250/1800 / A* = 105000/103. Square 5 has one service (0.9 of K*), half as close (0.8 of C*), and 1,400
# share it (75/103 of fair): 0.9 x 0.8 x 75/103 = 54/103 = 1 - 49/103.
FAIR_SERVICES, FAIR_CLOSENESS, FAIR_SHARING = 2000 / 1800, 1250 / 2000, 105000 / 103
EAST_FEW, EAST_FAR, EAST_CROWDED = 0.9, 0.8, 75 / 103

# Three wards: the rows, north to south.
WARD = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2])
WARD_PEOPLE = np.array([400.0, 900, 500])
WARD_EQUIVALENT = np.array([100, 200 * 49 / 103, 200 + 300 * 49 / 103])
WARD_SHORT_PEOPLE = np.array([100.0, 200, 500])
# Middle ward's food: A gives (300/2 + 400 + 200/2)/1400 = 650/1400, B gives 300/2/600 = 1/4 = 350/1400.
MIDDLE_WARD_SHARES = {A: 0.65, B: 0.35}

# One more food service in the middle of square 7: 300 + 400 + 100 + 100 = 900 share it. In 12,600ths it gives 14
# to square 7 (4.5 before; fair is 25.75/3, so no longer short) and 7 to squares 6 and 8 (short by 19/103, not 1).
ONE_MORE_AT = 7
ONE_MORE_SHARED_BY = 900.0
ONE_MORE_FEWER = 300 * 49 / 103 + 200 * 84 / 103

DIAGONAL_M = 1.3 * 1000 * math.sqrt(2)
NEAREST_FOOD_M = np.array([0, 1300, DIAGONAL_M, 1300, 0, 1300, DIAGONAL_M, 1300, DIAGONAL_M])

# Deprivation by column: west most deprived (500 people), middle (900), east least (400).
# Mid-ranks: 250/1800, 950/1800, 1600/1800. Weights 1 + (1 - 2q)/2: 49/36, 35/36, 22/36; by people they average 1.
DEPRIVATION_SCORE = np.array([30.0, 20, 10] * 3)
RANK_SHARE = np.array([250, 950, 1600] * 3) / 1800
NEED_WEIGHT = np.array([49, 35, 22] * 3) / 36
