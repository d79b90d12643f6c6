//! `unspent market-quality` on a small run: what it prints is a function of its arguments.

use expect_test::expect;
use std::process::Command;

fn run(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_unspent"));
    let output = command.arg("market-quality").args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn two_seeds_of_four_months_come_to_this() {
    expect![[r#"
        2 seeds from 1, 120 simulated days of 6 programmes, each seed's flow under eight rules
        median and quartiles over seeds; against none: the differences of each seed, and in how many it is higher

        offered face that was sold before it expired, %
          rules                   median    quartile – quartile      vs none    quartile – quartile   higher in
          none                     67.17       59.77 – 67.17
          dominance                62.12       52.49 – 62.12           -5.05       -7.28 – -5.05      0 of 2
          decay                    68.33       62.03 – 68.33           +1.16       +0.07 – +1.16      2 of 2
          auctions                 65.73       58.35 – 65.73           -1.44       -1.46 – -1.44      0 of 2
          dominance+decay          64.18       59.35 – 64.18           -2.99       -5.55 – -2.99      0 of 2
          dominance+auctions       64.84       55.00 – 64.84           -2.33       -4.77 – -2.33      1 of 2
          decay+auctions           67.52       61.30 – 67.52           +0.35       -0.83 – +0.35      1 of 2
          all                      65.57       59.42 – 65.57           -1.60       -2.85 – -1.60      0 of 2

        what sellers got, fees paid, for a dollar of face that they offered, ¢
          rules                   median    quartile – quartile      vs none    quartile – quartile   higher in
          none                     47.54       41.91 – 47.54
          dominance                43.78       36.66 – 43.78           -3.76       -5.25 – -3.76      0 of 2
          decay                    48.01       43.09 – 48.01           +0.47       -0.24 – +0.47      1 of 2
          auctions                 46.36       40.90 – 46.36           -1.19       -1.36 – -1.19      0 of 2
          dominance+decay          44.86       41.05 – 44.86           -2.68       -4.50 – -2.68      0 of 2
          dominance+auctions       45.33       37.86 – 45.33           -2.21       -4.05 – -2.21      0 of 2
          decay+auctions           47.25       42.38 – 47.25           -0.29       -1.05 – -0.29      1 of 2
          all                      45.63       40.70 – 45.63           -1.91       -2.61 – -1.91      0 of 2

        what sellers got, fees paid, for a dollar of face that they sold, ¢
          rules                   median    quartile – quartile      vs none    quartile – quartile   higher in
          none                     70.71       70.12 – 70.71
          dominance                70.38       69.83 – 70.38           -0.34       -0.38 – -0.34      0 of 2
          decay                    70.19       69.47 – 70.19           -0.52       -0.65 – -0.52      0 of 2
          auctions                 70.48       70.09 – 70.48           -0.24       -0.44 – -0.24      0 of 2
          dominance+decay          69.84       69.15 – 69.84           -0.88       -0.97 – -0.88      0 of 2
          dominance+auctions       69.77       68.84 – 69.77           -0.94       -1.28 – -0.94      0 of 2
          decay+auctions           69.91       69.13 – 69.91           -0.81       -0.99 – -0.81      0 of 2
          all                      69.50       68.49 – 69.50           -1.22       -1.63 – -1.22      0 of 2

        what teams paid less than face, fees paid, %
          rules                   median    quartile – quartile      vs none    quartile – quartile   higher in
          none                     23.61       23.31 – 23.61
          dominance                23.45       23.24 – 23.45           -0.16       -0.24 – -0.16      0 of 2
          decay                    24.50       24.28 – 24.50           +0.89       +0.81 – +0.89      2 of 2
          auctions                 23.83       23.67 – 23.83           +0.22       +0.08 – +0.22      2 of 2
          dominance+decay          24.36       24.15 – 24.36           +0.75       +0.66 – +0.75      2 of 2
          dominance+auctions       23.75       23.65 – 23.75           +0.14       -0.06 – +0.14      1 of 2
          decay+auctions           24.81       24.76 – 24.81           +1.20       +0.96 – +1.20      2 of 2
          all                      24.63       24.60 – 24.63           +1.02       +0.69 – +1.02      2 of 2

        time-weighted spread, while there are both sides, bp of face
          rules                   median    quartile – quartile      vs none    quartile – quartile   higher in
          none                     263.6       261.6 – 263.6
          dominance                256.9       256.8 – 256.9            -6.7        -8.6 – -6.7       0 of 2
          decay                    248.7       248.1 – 248.7           -14.9       -17.6 – -14.9      0 of 2
          auctions                 270.3       267.8 – 270.3            +6.6        +6.2 – +6.6       2 of 2
          dominance+decay          247.7       245.4 – 247.7           -15.9       -20.3 – -15.9      0 of 2
          dominance+auctions       268.1       266.8 – 268.1            +4.4        +3.7 – +4.4       2 of 2
          decay+auctions           255.5       254.3 – 255.5            -8.2       -11.4 – -8.2       0 of 2
          all                      256.9       253.9 – 256.9            -6.8        -7.7 – -6.8       0 of 2

        time with both sides, %
          rules                   median    quartile – quartile      vs none    quartile – quartile   higher in
          none                     69.23       69.17 – 69.23
          dominance                82.04       72.96 – 82.04          +12.80       +3.79 – +12.80     2 of 2
          decay                    68.80       66.48 – 68.80           -0.44       -2.82 – -0.44      1 of 2
          auctions                 71.31       70.01 – 71.31           +2.08       +0.84 – +2.08      2 of 2
          dominance+decay          77.42       71.95 – 77.42           +8.19       +2.78 – +8.19      2 of 2
          dominance+auctions       79.08       72.15 – 79.08           +9.84       +2.98 – +9.84      2 of 2
          decay+auctions           69.52       66.83 – 69.52           +0.29       -2.47 – +0.29      1 of 2
          all                      75.29       69.59 – 75.29           +6.05       +0.42 – +6.05      2 of 2

        time-weighted face within 300 bp of the best prices of a book, both sides, $
          rules                   median    quartile – quartile      vs none    quartile – quartile   higher in
          none                     41432       41289 – 41432
          dominance               115904      114860 – 115904         +74472      +73571 – +74472     2 of 2
          decay                    41211       40714 – 41211            -221        -861 – -221       1 of 2
          auctions                 38981       38919 – 38981           -2451       -2532 – -2451      0 of 2
          dominance+decay         110985      110352 – 110985         +69553      +69063 – +69553     2 of 2
          dominance+auctions      107143      105725 – 107143         +65711      +64436 – +65711     2 of 2
          decay+auctions           39002       38447 – 39002           -2430       -3128 – -2430      0 of 2
          all                     102407      100991 – 102407         +60975      +59702 – +60975     2 of 2

        face that expired unused, whoever held it, $
          rules                   median    quartile – quartile      vs none    quartile – quartile   higher in
          none                    247050      181800 – 247050
          dominance               252050      189800 – 252050          +5000       +2000 – +5000      2 of 2
          decay                   237300      185700 – 237300          -9750      -23400 – -9750      1 of 2
          auctions                257100      197900 – 257100         +10050       +4000 – +10050     2 of 2
          dominance+decay         261250      222900 – 261250         +14200      -12700 – +14200     1 of 2
          dominance+auctions      265200      199900 – 265200         +18150      +18100 – +18150     2 of 2
          decay+auctions          230800      187300 – 230800         -16250      -38000 – -16250     1 of 2
          all                     261800      214400 – 261800         +14750       -3100 – +14750     1 of 2

        trades
          rules                   median    quartile – quartile      vs none    quartile – quartile   higher in
          none                      1160        1123 – 1160
          dominance                 1162        1111 – 1162               +2         -12 – +2         1 of 2
          decay                     1313        1283 – 1313             +152        +145 – +152       2 of 2
          auctions                  1168        1110 – 1168               +8         -13 – +8         1 of 2
          dominance+decay           1303        1295 – 1303             +142        +113 – +142       2 of 2
          dominance+auctions        1187        1130 – 1187              +27          +7 – +27        2 of 2
          decay+auctions            1306        1287 – 1306             +146        +128 – +146       2 of 2
          all                       1314        1278 – 1314             +154        +153 – +154       2 of 2
    "#]]
    .assert_eq(&run(&["--seeds", "2", "--days", "120"]));
}

#[test]
fn for_machines_every_cell_has_every_measure_of_every_seed() {
    let text = run(&["--seeds", "2", "--first-seed", "7", "--days", "120", "--json"]);
    let object: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((object["seeds"].as_u64(), object["first_seed"].as_u64()), (Some(2), Some(7)));
    let cells = object["cells"].as_array().unwrap();
    assert_eq!(cells.len(), 8);
    for cell in cells {
        let measures = cell["measures"].as_object().unwrap();
        assert_eq!(measures.len(), 9);
        for (name, measure) in measures {
            let runs = measure["by_seed"].as_array().unwrap();
            let against = measure["against_none"].is_object();
            assert!(runs.len() == 2 && against == (cell["rules"] != "none"), "{name}: {measure}");
            let (low, median, high) = ("quartile_1", "median", "quartile_3");
            let [low, median, high] = [low, median, high].map(|name| measure[name].as_f64().unwrap());
            assert!(low <= median && median <= high, "{name}: {measure}");
        }
    }
}

#[test]
fn too_few_days_measure_nothing_and_are_refused() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_unspent"));
    let output = command.args(["market-quality", "--days", "60"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}
